import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type FinishReason, finishReasons, type ToolCall, type ToolCallDelta } from '../../models/chat.ts';

/** Fields that compatible endpoints fill in differently, read as the OpenAI API means them. */

const isFinishReason = (reason: string): reason is FinishReason => finishReasons.some((each) => each === reason);
const synonyms: Readonly<Record<string, FinishReason>> = {
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  safety: 'content_filter',
  prohibited_content: 'content_filter',
  sensitive: 'content_filter',
};

/** Undefined: the answer has not ended; some endpoints send an empty text, or nothing, until then. */
export const finishReason = z
  .unknown()
  .transform((reason): FinishReason | undefined => {
    if (typeof reason !== 'string' || reason === '') return undefined;
    return isFinishReason(reason) ? reason : (synonyms[reason.toLowerCase()] ?? 'stop');
  })
  .optional();

/** Some endpoints end an answer that calls functions with `stop`; agents continue only after `tool_calls`. */
export const finishOf = (reason: FinishReason | undefined, calls: number): FinishReason =>
  calls > 0 && (reason ?? 'stop') === 'stop' ? 'tool_calls' : (reason ?? 'stop');

const textPart = z.looseObject({ text: z.string().optional().catch(undefined) });

/** A text, or a list of parts with texts; null and other values are undefined. */
export const content = z
  .union([z.string(), z.array(textPart).transform((parts) => parts.map(({ text = '' }) => text).join(''))])
  .optional()
  .catch(undefined);

export const optionalText = z.string().optional().catch(undefined);

/** Arguments as an object, as some endpoints send them, become JSON. */
const args = z
  .unknown()
  .transform((value) => (typeof value === 'string' ? value : value === undefined || value === null ? undefined : JSON.stringify(value)))
  .optional();
const functionSchema = z.looseObject({ name: optionalText, arguments: args });
const toolCall = z.looseObject({
  index: z.int().min(0).optional().catch(undefined),
  id: optionalText,
  type: optionalText,
  function: functionSchema.optional().catch(undefined),
});
export const toolCalls = z.array(toolCall).optional().catch(undefined);
export type ReadCall = Partial<z.output<typeof toolCall>>;

/** Clients answer a call by its id, so that each needs one. */
export function completeCall({ index: _, id, type = 'function', function: called, ...rest }: ReadCall): ToolCall {
  return {
    ...rest,
    id: id || `call_${randomUUID()}`,
    type,
    ...(called === undefined ? {} : { function: { ...called, name: called.name ?? '', arguments: called.arguments || '{}' } }),
  };
}

/** @param index the number of the call */
export const callDelta = ({ index: _, id, type, function: called, ...rest }: ReadCall, index: number): ToolCallDelta => ({
  ...rest,
  index,
  ...(id ? { id } : {}),
  ...(type === undefined ? {} : { type }),
  ...(called === undefined ? {} : { function: withoutUndefined(called) }),
});

const withoutUndefined = <T extends object>(value: T): T => {
  const kept = { ...value };
  for (const [key, field] of Object.entries(kept)) if (field === undefined) Reflect.deleteProperty(kept, key);
  return kept;
};
