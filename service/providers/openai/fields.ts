import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { type FinishReason, finishReasons, type ToolCall, type ToolCallDelta } from '../../models/chat.ts';

/** Fields that compatible endpoints fill in differently, read as the OpenAI API means them. */

const isFinishReason = (reason: string): reason is FinishReason => finishReasons.some((each) => each === reason);
const synonyms: Readonly<Record<string, FinishReason>> = { max_tokens: 'length', model_length: 'length', tool_use: 'tool_calls' };

/** Undefined: the answer has not ended; some endpoints send an empty text until then. */
export const finishReason = z.unknown().transform((reason): FinishReason | undefined => {
  if (typeof reason !== 'string' || reason === '') return undefined;
  return isFinishReason(reason) ? reason : (synonyms[reason.toLowerCase()] ?? 'stop');
});

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
  .transform((value) => (typeof value === 'string' ? value : value === undefined || value === null ? undefined : JSON.stringify(value)));
const functionSchema = z.looseObject({ name: optionalText, arguments: args });
const toolCall = z.looseObject({
  index: z.int().min(0).optional().catch(undefined),
  id: optionalText,
  type: optionalText,
  function: functionSchema.optional().catch(undefined),
});
export const toolCalls = z.array(toolCall).optional().catch(undefined);
type ReadCall = z.output<typeof toolCall>;

/** Clients answer a call by its id, so that each needs one. */
export function completeCall({ index: _, id, type = 'function', function: called, ...rest }: ReadCall): ToolCall {
  return {
    ...rest,
    id: id || `call_${randomUUID()}`,
    type,
    ...(called === undefined ? {} : { function: { ...called, name: called.name ?? '', arguments: called.arguments ?? '{}' } }),
  };
}

/** @param position in its chunk, for endpoints that number no calls */
export const callDelta = ({ index, id, type, function: called, ...rest }: ReadCall, position: number): ToolCallDelta => ({
  ...rest,
  index: index ?? position,
  ...(id ? { id } : {}),
  ...(type === undefined ? {} : { type }),
  ...(called === undefined ? {} : { function: withoutUndefined(called) }),
});

const withoutUndefined = <T extends object>(value: T): T => {
  const kept = { ...value };
  for (const [key, field] of Object.entries(kept)) if (field === undefined) Reflect.deleteProperty(kept, key);
  return kept;
};
