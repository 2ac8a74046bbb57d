import * as z from 'zod';
import type { FinishReason } from '../../models/chat.ts';
import { count, type ReportedUsage } from '../shared/usage.ts';

/** What the Messages API sends (https://platform.claude.com/docs/en/build-with-claude/streaming), read leniently. */

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
export type Usage = z.output<typeof usage>;

const block = z.looseObject({
  type: z.string(),
  text,
  thinking: text,
  signature: text,
  id: text,
  name: text,
  input: z.unknown().optional(),
});
export type ReadBlock = z.output<typeof block>;

const stop = {
  stop_reason: text,
  stop_details: z.looseObject({ explanation: text }).optional().catch(undefined),
};
const stopped = z.looseObject(stop);
export type Stopped = Pick<z.output<typeof stopped>, keyof typeof stop>;
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
export type Event = z.output<typeof event>;
export type EventOf<T extends Event['type']> = Extract<Event, { type: T }>;
const eventTypes = new Set<string>(event.options.flatMap(({ shape }) => [...shape.type.values]));
const typed = z.looseObject({ type: z.string() });

/** @returns undefined if the type is unknown: the API may add types at any time @throws {z.ZodError} if it is no event */
export const readEvent = (value: unknown): Event | undefined => (eventTypes.has(typed.parse(value).type) ? event.parse(value) : undefined);

const wholeMessage = message.extend({ type: z.literal('message').default('message') });
/** @throws {z.ZodError} if it is no message */
export const readMessage = (value: unknown): Event => wholeMessage.parse(value);

/** Unknown reasons mean the end of the answer. */
const finishes: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};
export const finishOf = (reason: string | undefined): FinishReason => finishes[reason ?? ''] ?? 'stop';

/** Cached tokens are part of the prompt. */
export function reportedUsage(read: NonNullable<Usage>): ReportedUsage {
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
