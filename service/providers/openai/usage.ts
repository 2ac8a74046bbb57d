import * as z from 'zod';
import { count, type ReportedUsage } from '../shared/usage.ts';

const usageSchema = z.looseObject({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined);

/** Reads the `usage` of an answer; undefined if it holds no count. */
export function parseUsage(value: unknown): ReportedUsage | undefined {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: _, ...rest } = usageSchema.parse(value) ?? {};
  return promptTokens === undefined && completionTokens === undefined ? undefined : { promptTokens, completionTokens, rest };
}
