import * as z from 'zod';
import type { ChatAnswer, ChatChoice, ChatDelta, ChatRequest, FinishReason } from '../../models/chat.ts';
import type { StreamedChat } from '../shared/chat-api.ts';
import { answerOf, type ReportedUsage } from '../shared/usage.ts';
import { StreamedCalls } from './calls.ts';
import { content, finishOf, finishReason, optionalText, toolCalls } from './fields.ts';
import { ReasoningSplitter } from './reasoning.ts';
import { parseUsage } from './usage.ts';

const delta = z.looseObject({ content, refusal: optionalText, reasoning_content: optionalText, tool_calls: toolCalls });
/** An endpoint that does not stream sends one whole answer, with a `message`. */
const choice = z.looseObject({
  index: z.int().min(0).catch(0),
  delta: delta.nullish().catch(undefined),
  message: delta.nullish().catch(undefined),
  finish_reason: finishReason,
});
const chunk = z.looseObject({ model: optionalText, choices: z.array(choice).catch([]) });
type ReadChoice = z.output<typeof choice>;

/** One choice of a stream, as far as it has arrived. */
class StreamedChoice {
  readonly index: number;
  readonly #splitter = new ReasoningSplitter();
  readonly #calls = new StreamedCalls();
  #content: string | null = null;
  #reasoning = '';
  #rejectedWith: string | null = null;
  finish: FinishReason | undefined;

  constructor(index: number) {
    this.index = index;
  }

  /** Adds a chunk. @returns what the chunk adds for the client; undefined if nothing */
  add({ delta: streamed, message, finish_reason, logprobs = null }: ReadChoice): ChatDelta | undefined {
    this.finish = finish_reason ?? this.finish;
    const { content: text, refusal, reasoning_content: given = '', tool_calls: calls = [], role: _, ...rest } = streamed ?? message ?? {};
    const parts = text === undefined ? { content: '', reasoning: '' } : this.#splitter.feed(text);
    const tool_calls = calls.map((call, position) => this.#calls.add(call, position));
    const added = this.#add(parts.content, given + parts.reasoning);
    if (refusal) this.#rejectedWith = (this.#rejectedWith ?? '') + refusal;
    const fields = {
      ...rest,
      ...added,
      ...(refusal ? { refusal } : {}),
      ...(tool_calls.length === 0 ? {} : { tool_calls }),
    };
    const isEmpty = Object.keys(fields).length === 0 && logprobs === null;
    return isEmpty ? undefined : { index: this.index, delta: fields, logprobs };
  }

  /** @returns the text that a cut tag held back, and arguments of calls that have none: clients parse them as JSON */
  end(): ChatDelta | undefined {
    const { content: text, reasoning } = this.#splitter.end();
    const tool_calls = this.#calls.end();
    const fields = { ...this.#add(text, reasoning), ...(tool_calls.length === 0 ? {} : { tool_calls }) };
    return Object.keys(fields).length === 0 ? undefined : { index: this.index, delta: fields, logprobs: null };
  }

  #add(text: string, reasoning: string): ChatDelta['delta'] {
    if (text !== '') this.#content = (this.#content ?? '') + text;
    this.#reasoning += reasoning;
    return { ...(text === '' ? {} : { content: text }), ...(reasoning === '' ? {} : { reasoning_content: reasoning }) };
  }

  get choice(): ChatChoice {
    const calls = [...this.#calls.calls];
    return {
      index: this.index,
      message: {
        role: 'assistant',
        content: this.#content,
        refusal: this.#rejectedWith,
        ...(this.#reasoning === '' ? {} : { reasoning_content: this.#reasoning }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      },
      finish_reason: finishOf(this.finish, calls.length),
      logprobs: null,
    };
  }
}

/** Collects the chunks of one stream. */
export class StreamedAnswer implements StreamedChat {
  readonly #request: ChatRequest;
  readonly #requested: string;
  readonly #choices = new Map<number, StreamedChoice>();
  #model: string | undefined;
  #usage: ReportedUsage | undefined;

  /** @param requested name of the model, for endpoints that do not name it */
  constructor(request: ChatRequest, requested: string) {
    this.#request = request;
    this.#requested = requested;
  }

  /** Adds a chunk. @returns what it adds for the client @throws {z.ZodError} if it is no chunk */
  add(value: unknown): ChatDelta[] {
    const { model, choices, usage } = chunk.parse(value);
    this.#model ??= model;
    this.#usage = parseUsage(usage) ?? this.#usage;
    return choices.flatMap((each) => this.#at(each.index).add(each) ?? []);
  }

  end(): ChatDelta[] {
    return [...this.#choices.values()].flatMap((each) => each.end() ?? []);
  }

  /** Whether any choice arrived. */
  get hasStarted(): boolean {
    return this.#choices.size > 0;
  }

  /** Whether every choice named its reason to end. */
  get isFinished(): boolean {
    return this.hasStarted && this.#choices.values().every(({ finish }) => finish !== undefined);
  }

  get answer(): ChatAnswer {
    const choices = [...this.#choices.values()].toSorted((a, b) => a.index - b.index).map(({ choice: each }) => each);
    return answerOf(this.#request, choices, this.#model ?? this.#requested, this.#usage);
  }

  #at(index: number): StreamedChoice {
    const known = this.#choices.get(index) ?? new StreamedChoice(index);
    this.#choices.set(index, known);
    return known;
  }
}
