import * as z from 'zod';
import type { EmbeddingAnswer, EmbeddingRequest } from '../../models/chat.ts';
import { estimateInput } from '../../models/tokens.ts';
import { optionalText } from './fields.ts';
import { parseUsage } from './usage.ts';

const answer = z.looseObject({
  model: optionalText,
  data: z
    .array(
      z.looseObject({
        index: z.int().min(0).optional().catch(undefined),
        // The numbers of a vector are not checked one by one: an answer may hold millions.
        embedding: z.union([z.string(), z.custom<readonly number[]>(Array.isArray)]),
      }),
    )
    .min(1),
});

/** Reads vectors. @throws {z.ZodError} if it holds none */
export function parseEmbeddings(request: EmbeddingRequest, requested: string, value: unknown): EmbeddingAnswer {
  const { model = requested, data, usage } = answer.parse(value);
  return {
    data: data.map(({ index, embedding }, position) => ({ index: index ?? position, embedding })).toSorted((a, b) => a.index - b.index),
    model,
    usage: { promptTokens: parseUsage(usage)?.promptTokens ?? estimateInput(request), completionTokens: 0 },
  };
}
