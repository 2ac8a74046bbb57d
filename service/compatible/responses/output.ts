import type { ChatChoice, ChatDelta, FinishReason, ToolCallDelta } from '../../models/chat.ts';
import { GrowingCall, type GrowingItem, GrowingMessage, GrowingReasoning, newId } from './items.ts';
import type { OutputItem, ResponseEvent } from './response-schema.ts';

/** Why an answer is incomplete; undefined: it is complete. */
export const incompleteReason = (finish: FinishReason) =>
  finish === 'length' ? 'max_output_tokens' : finish === 'content_filter' ? 'content_filter' : undefined;

/** The tokens of a chat's `logprobs`, whose form is the same. */
function tokensOf(logprobs: unknown): unknown[] {
  const { content } = Object(logprobs);
  return Array.isArray(content) ? content : [];
}

/** The events and the items of an answer, made of the pieces of a chat. Reasoning, text and calls are items, in order of their start. */
export class ResponseOutput {
  readonly #items: OutputItem[] = [];
  /** The message or reasoning that grows; only one at a time. */
  #open: GrowingMessage | GrowingReasoning | undefined;
  /** Calls by their number in the chat; they may grow at the same time. */
  readonly #calls = new Map<number, GrowingCall>();

  *add({ delta: { reasoning_content, content, refusal, tool_calls = [] }, logprobs }: ChatDelta): Generator<ResponseEvent> {
    if (reasoning_content) yield* (yield* this.#reasoning()).add(reasoning_content);
    if (content) yield* (yield* this.#message()).addText(content, tokensOf(logprobs));
    if (refusal) yield* (yield* this.#message()).addRejection(refusal);
    for (const call of tool_calls) yield* this.#addCall(call);
  }

  *end(finish: FinishReason): Generator<ResponseEvent> {
    const status = incompleteReason(finish) === undefined ? 'completed' : 'incomplete';
    yield* this.#close(status);
    for (const call of this.#calls.values()) yield* this.#finish(call, status);
  }

  /** What was written; what still grows is incomplete. */
  get items(): OutputItem[] {
    return this.#items.map((item) => (item.status === 'in_progress' ? { ...item, status: 'incomplete' } : item));
  }

  *#reasoning() {
    if (this.#open instanceof GrowingReasoning) return this.#open;
    yield* this.#close();
    this.#open = new GrowingReasoning(this.#items.length);
    yield this.#added(this.#open);
    return this.#open;
  }

  *#message() {
    if (this.#open instanceof GrowingMessage) return this.#open;
    yield* this.#close();
    this.#open = new GrowingMessage(this.#items.length);
    yield this.#added(this.#open);
    return this.#open;
  }

  *#addCall({ index, id = newId('call'), function: { name = '', arguments: json = '' } = {} }: ToolCallDelta): Generator<ResponseEvent> {
    let call = this.#calls.get(index);
    if (call === undefined) {
      yield* this.#close();
      call = new GrowingCall(this.#items.length, id, name);
      this.#calls.set(index, call);
      yield this.#added(call);
    }
    yield* call.add(json);
  }

  #added({ item, index }: GrowingItem): ResponseEvent {
    this.#items.push(item);
    return { event: 'response.output_item.added', data: { output_index: index, item: structuredClone(item) } };
  }

  *#close(status: OutputItem['status'] = 'completed'): Generator<ResponseEvent> {
    if (this.#open !== undefined) yield* this.#finish(this.#open, status);
    this.#open = undefined;
  }

  *#finish(growing: GrowingItem, status: OutputItem['status']): Generator<ResponseEvent> {
    yield* growing.finish();
    growing.item.status = status;
    yield { event: 'response.output_item.done', data: { output_index: growing.index, item: growing.item } };
  }
}

/** A whole answer as one piece. */
export const wholeDelta = ({ index, message: { tool_calls: calls = [], content, refusal, reasoning_content }, logprobs }: ChatChoice) => ({
  index,
  delta: {
    content: content ?? undefined,
    refusal: refusal ?? undefined,
    reasoning_content,
    tool_calls: calls.map((call, at) => ({ ...call, index: at })),
  },
  logprobs,
});
