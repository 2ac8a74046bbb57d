import * as z from 'zod';
import type { ChatAnswer, ChatDelta, ChatRequest, FinishReason, ToolCall } from '../../models/chat.ts';
import type { StreamedChat } from '../shared/chat-api.ts';
import { answerOf, count, type ReportedUsage } from '../shared/usage.ts';

const text = z.string().optional().catch(undefined);
const usage = z
  .looseObject({
    input_tokens: count,
    output_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens_details: z.looseObject({ thinking_tokens: count }).optional().catch(undefined),
  })
  .optional()
  .catch(undefined);
type Usage = z.output<typeof usage>;

const block = z.looseObject({
  type: z.string(),
  text,
  thinking: text,
  signature: text,
  id: text,
  name: text,
  input: z.unknown().optional(),
});
type ReadBlock = z.output<typeof block>;

const stop = {
  stop_reason: text,
  stop_details: z.looseObject({ explanation: text }).optional().catch(undefined),
};
const stopped = z.looseObject(stop);
type Stopped = Pick<z.output<typeof stopped>, keyof typeof stop>;
const message = z.looseObject({ model: text, content: z.array(block), usage, ...stop });

/** An event of a stream; an endpoint that does not stream sends one whole message. */
const event = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('message_start'), message: message.extend({ content: z.unknown().optional() }) }),
  z.looseObject({ type: z.literal('content_block_start'), index: z.int(), content_block: block }),
  z.looseObject({
    type: z.literal('content_block_delta'),
    index: z.int(),
    delta: z.looseObject({ text, thinking: text, signature: text, partial_json: text }),
  }),
  z.looseObject({ type: z.literal('content_block_stop'), index: z.int() }),
  z.looseObject({ type: z.literal('message_delta'), delta: stopped, usage }),
  z.looseObject({ type: z.literal('message_stop') }),
  z.looseObject({ type: z.literal('ping') }),
  message.extend({ type: z.literal('message') }),
]);
type Event = z.output<typeof event>;
const eventTypes = new Set<string>(event.options.flatMap(({ shape }) => [...shape.type.values]));
const typed = z.looseObject({ type: z.string() });
type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;

/** Unknown reasons mean the end of the answer. */
const finishes: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** Cached tokens are part of the prompt. */
function reportedUsage(read: NonNullable<Usage>): ReportedUsage {
  const { input_tokens: input, output_tokens: completionTokens, output_tokens_details: details } = read;
  const { cache_creation_input_tokens: written, cache_read_input_tokens: cached } = read;
  const thought = details?.thinking_tokens;
  return {
    promptTokens: input === undefined ? undefined : input + (written ?? 0) + (cached ?? 0),
    completionTokens,
    rest: {
      ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
      ...(written === undefined ? {} : { cache_creation_input_tokens: written }),
      ...(thought === undefined ? {} : { completion_tokens_details: { reasoning_tokens: thought } }),
    },
  };
}

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
    // The API may add types of events at any time.
    if (!eventTypes.has(typed.parse(value).type)) return [];
    const fields = this.#fieldsOf(event.parse(value));
    return fields.flatMap((delta) => (delta === undefined ? [] : [{ index: 0, delta }]));
  }

  end(): ChatDelta[] {
    return [];
  }

  get answer(): ChatAnswer {
    const finish = finishes[this.#stopReason ?? ''] ?? 'stop';
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
      finish_reason: finish,
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
  const whole = message.extend({ type: z.literal('message').default('message') }).parse(value);
  const collected = new StreamedMessage(request, requested);
  collected.add(whole);
  return collected.answer;
}
