import { randomUUID } from 'node:crypto';
import type { ItemOf, OutputItem, OutputPart, ResponseEvent } from './response-schema.ts';

/** Items of an answer that grow piece by piece; each piece is an event. Events hold copies of what still grows. */

export const newId = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '')}`;

type TextPart = Extract<OutputPart, { readonly type: 'output_text' }>;

/** An item that grows. `index`: its position in the output. */
export interface GrowingItem {
  readonly item: OutputItem;
  readonly index: number;
  /** The events at the end of its content. */
  finish(): Generator<ResponseEvent>;
}

export class GrowingMessage implements GrowingItem {
  readonly item: ItemOf<'message'> = { id: newId('msg'), type: 'message', role: 'assistant', content: [], status: 'in_progress' };
  readonly index: number;
  constructor(index: number) {
    this.index = index;
  }

  *addText(delta: string, logprobs: unknown[]): Generator<ResponseEvent> {
    const last = this.#last;
    const part =
      last?.type === 'output_text' ? last : yield* this.#open<TextPart>({ type: 'output_text', text: '', annotations: [], logprobs: [] });
    part.text += delta;
    part.logprobs.push(...logprobs);
    yield { event: 'response.output_text.delta', data: { ...this.#at, delta, logprobs } };
  }

  *addRejection(delta: string): Generator<ResponseEvent> {
    const last = this.#last;
    const part = last?.type === 'refusal' ? last : yield* this.#open({ type: 'refusal', refusal: '' });
    part.refusal += delta;
    yield { event: 'response.refusal.delta', data: { ...this.#at, delta } };
  }

  *finish(): Generator<ResponseEvent> {
    const part = this.#last;
    if (part === undefined) return;
    if (part.type === 'refusal') yield { event: 'response.refusal.done', data: { ...this.#at, refusal: part.refusal } };
    else yield { event: 'response.output_text.done', data: { ...this.#at, text: part.text, logprobs: part.logprobs } };
    yield { event: 'response.content_part.done', data: { ...this.#at, part } };
  }

  *#open<P extends OutputPart>(part: P): Generator<ResponseEvent, P> {
    yield* this.finish();
    this.item.content.push(part);
    yield { event: 'response.content_part.added', data: { ...this.#at, part: structuredClone(part) } };
    return part;
  }

  get #last() {
    return this.item.content.at(-1);
  }

  get #at() {
    return { item_id: this.item.id, output_index: this.index, content_index: this.item.content.length - 1 };
  }
}

/** Reasoning is a summary, which is the form that clients show. */
export class GrowingReasoning implements GrowingItem {
  readonly item: ItemOf<'reasoning'> = { id: newId('rs'), type: 'reasoning', summary: [], status: 'in_progress' };
  readonly index: number;
  readonly #part = { type: 'summary_text' as const, text: '' };
  constructor(index: number) {
    this.index = index;
  }

  *add(delta: string): Generator<ResponseEvent> {
    if (this.item.summary.length === 0) {
      this.item.summary.push(this.#part);
      yield { event: 'response.reasoning_summary_part.added', data: { ...this.#at, part: { ...this.#part } } };
    }
    this.#part.text += delta;
    yield { event: 'response.reasoning_summary_text.delta', data: { ...this.#at, delta } };
  }

  *finish(): Generator<ResponseEvent> {
    yield { event: 'response.reasoning_summary_text.done', data: { ...this.#at, text: this.#part.text } };
    yield { event: 'response.reasoning_summary_part.done', data: { ...this.#at, part: this.#part } };
  }

  get #at() {
    return { item_id: this.item.id, output_index: this.index, summary_index: 0 as const };
  }
}

export class GrowingCall implements GrowingItem {
  readonly item: ItemOf<'function_call'>;
  readonly index: number;
  constructor(index: number, call_id: string, name: string) {
    this.index = index;
    this.item = { id: newId('fc'), type: 'function_call', call_id, name, arguments: '', status: 'in_progress' };
  }

  *add(delta: string): Generator<ResponseEvent> {
    if (delta === '') return;
    this.item.arguments += delta;
    yield { event: 'response.function_call_arguments.delta', data: { item_id: this.item.id, output_index: this.index, delta } };
  }

  *finish(): Generator<ResponseEvent> {
    const { id: item_id, name, arguments: json } = this.item;
    yield { event: 'response.function_call_arguments.done', data: { item_id, output_index: this.index, name, arguments: json } };
  }
}
