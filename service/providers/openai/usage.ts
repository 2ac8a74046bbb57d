import * as z from 'zod';

/** A number of tokens; undefined if the endpoint sent none. Some send floats or strings. */
const count = z
  .preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z.number().min(0).transform(Math.round),
  )
  .optional()
  .catch(undefined);

const usageSchema = z.looseObject({ prompt_tokens: count, completion_tokens: count }).nullish().catch(undefined);

/** The counts that the endpoint sent, and the other fields of its usage. */
export interface ReportedUsage {
  readonly promptTokens: number | undefined;
  readonly completionTokens: number | undefined;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Reads the `usage` of an answer; undefined if it holds no count. */
export function parseUsage(value: unknown): ReportedUsage | undefined {
  const { prompt_tokens: promptTokens, completion_tokens: completionTokens, total_tokens: _, ...rest } = usageSchema.parse(value) ?? {};
  return promptTokens === undefined && completionTokens === undefined ? undefined : { promptTokens, completionTokens, rest };
}
