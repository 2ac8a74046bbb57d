import type { ChatAnswer, ChatDelta, ChatRequest, ToolCall } from '../../models/chat.ts';
import type { StreamedChat } from '../shared/chat-api.ts';
import { answerOf } from '../shared/usage.ts';
import {
  type Event,
  type EventOf,
  finishOf,
  type ReadBlock,
  readEvent,
  readMessage,
  reportedUsage,
  type Stopped,
  type Usage,
} from './events.ts';

/** A content block, as far as it has arrived. */
interface OpenBlock {
  readonly start: ReadBlock;
  readonly call: number;
  text: string;
  signature: string | undefined;
}

const isThinking = ({ type }: ReadBlock) => type === 'thinking' || type === 'redacted_thinking';

/** Collects the events of one answer. */
export class StreamedMessage implements StreamedChat {
  readonly #request: ChatRequest;
  readonly #requested: string;
  readonly #open = new Map<number, OpenBlock>();
  readonly #calls: ToolCall[] = [];
  readonly #thinking: object[] = [];
  #content: string | null = null;
  #reasoning = '';
  #model: string | undefined;
  #usage: Usage;
  #stopReason: string | undefined;
  #explanation: string | undefined;
  hasStarted = false;
  isFinished = false;

  /** @param requested name of the model, for endpoints that do not name it */
  constructor(request: ChatRequest, requested: string) {
    this.#request = request;
    this.#requested = requested;
  }

  add(value: unknown): ChatDelta[] {
    const event = readEvent(value);
    return event === undefined ? [] : this.addEvent(event);
  }

  addEvent(event: Event): ChatDelta[] {
    return this.#fieldsOf(event).flatMap((delta) => (delta === undefined ? [] : [{ index: 0, delta }]));
  }

  end(): ChatDelta[] {
    return [];
  }

  get answer(): ChatAnswer {
    const choice = {
      index: 0,
      message: {
        role: 'assistant',
        content: this.#content,
        refusal: this.#explanation ?? null,
        ...(this.#reasoning === '' ? {} : { reasoning_content: this.#reasoning }),
        ...(this.#thinking.length === 0 ? {} : { thinking_blocks: this.#thinking }),
        ...(this.#calls.length === 0 ? {} : { tool_calls: this.#calls }),
      },
      finish_reason: finishOf(this.#stopReason),
      logprobs: null,
    } as const;
    return answerOf(this.#request, [choice], this.#model ?? this.#requested, this.#usage && reportedUsage(this.#usage));
  }

  #fieldsOf(read: Event): (ChatDelta['delta'] | undefined)[] {
    switch (read.type) {
      case 'message_start':
        return this.#start(read);
      case 'content_block_start':
        return [this.#openBlock(read)];
      case 'content_block_delta':
        return [this.#extendBlock(read)];
      case 'content_block_stop':
        return [this.#closeBlock(read.index)];
      case 'message_delta':
        return [this.#end(read.delta, read.usage)];
      case 'message_stop':
        this.isFinished = true;
        return [];
      case 'ping':
        // Shows that a model that thinks silently is alive.
        return this.#content === null && this.#calls.length === 0 ? [] : [{}];
      case 'message':
        return this.#whole(read);
    }
  }

  #start({ message: { model, usage: first } }: EventOf<'message_start'>): [] {
    this.hasStarted = true;
    this.#model = model;
    // The completion is counted at the end.
    this.#usage = first && { ...first, output_tokens: undefined };
    return [];
  }

  #whole({ content, model, usage: all, ...stopped }: EventOf<'message'>): (ChatDelta['delta'] | undefined)[] {
    this.hasStarted = true;
    this.isFinished = true;
    this.#model = model;
    const blocks = content.flatMap((each, index) => [
      this.#openBlock({ type: 'content_block_start', index, content_block: each }),
      this.#closeBlock(index),
    ]);
    return [...blocks, this.#end(stopped, all)];
  }

  #end({ stop_reason: reason, stop_details: details }: Stopped, last: Usage): ChatDelta['delta'] | undefined {
    this.#stopReason = reason ?? this.#stopReason;
    this.#explanation = details?.explanation;
    // A count at the end replaces the one at the start, unless it is null.
    const known = Object.entries(last ?? {}).filter(([, value]) => value !== undefined && value !== null);
    if (last !== undefined) this.#usage = { ...this.#usage, ...Object.fromEntries(known) };
    return this.#explanation === undefined ? undefined : { refusal: this.#explanation };
  }

  #openBlock({ index, content_block: start }: EventOf<'content_block_start'>): ChatDelta['delta'] | undefined {
    const { type, id = '', name = '' } = start;
    this.#open.set(index, { start, call: this.#calls.length, text: '', signature: start.signature });
    if (type !== 'tool_use') return this.#extend(index, start);
    this.#calls.push({ id, type: 'function', function: { name, arguments: '' } });
    return { tool_calls: [{ index: this.#calls.length - 1, id, type: 'function', function: { name, arguments: '' } }] };
  }

  #extendBlock({ index, delta }: EventOf<'content_block_delta'>): ChatDelta['delta'] | undefined {
    return this.#extend(index, delta);
  }

  #extend(index: number, added: { readonly [K in 'text' | 'thinking' | 'signature' | 'partial_json']?: unknown }) {
    const open = this.#open.get(index);
    if (open === undefined) return undefined;
    const { text: content, thinking, signature, partial_json: json } = added;
    if (typeof signature === 'string') open.signature = signature;
    if (typeof json === 'string') return this.#extendCall(open, json);
    if (typeof thinking === 'string' && thinking !== '') {
      open.text += thinking;
      this.#reasoning += thinking;
      return { reasoning_content: thinking };
    }
    if (typeof content !== 'string' || content === '') return undefined;
    this.#content = (this.#content ?? '') + content;
    return { content };
  }

  #extendCall(open: OpenBlock, json: string): ChatDelta['delta'] | undefined {
    const call = this.#calls[open.call];
    if (json === '' || call?.function === undefined || open.start.type !== 'tool_use') return undefined;
    open.text += json;
    this.#calls[open.call] = { ...call, function: { ...call.function, arguments: open.text } };
    return { tool_calls: [{ index: open.call, function: { arguments: json } }] };
  }

  /** Arguments that were not streamed are in the start of the block. */
  #closeBlock(index: number): ChatDelta['delta'] | undefined {
    const open = this.#open.get(index);
    this.#open.delete(index);
    if (open === undefined) return undefined;
    const { start, signature } = open;
    if (start.type === 'tool_use' && open.text === '') return this.#extendCall(open, JSON.stringify(start.input ?? {}));
    if (!isThinking(start)) return undefined;
    const signed = start.type === 'thinking' ? { type: start.type, thinking: open.text, signature: signature ?? '' } : start;
    this.#thinking.push(signed);
    return { thinking_blocks: [signed] };
  }
}

/** Reads a whole answer. @throws {z.ZodError} if it is no message */
export function parseMessage(request: ChatRequest, requested: string, value: unknown): ChatAnswer {
  const collected = new StreamedMessage(request, requested);
  collected.addEvent(readMessage(value));
  return collected.answer;
}
