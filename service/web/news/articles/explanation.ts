import * as z from 'zod';

const match = z.object({ term: z.string(), weight: z.number(), title: z.number().default(0), summary: z.number().default(0) });
const topic = z.object({ name: z.string(), terms: z.array(match).catch([]) });
const entity = z.object({ kind: z.string(), text: z.string(), count: z.number().default(1) });

/** How an analysis came to its result. Parts that other versions of the analysis wrote in another form are left out. */
const explanation = z.object({
  matches: z.array(match).catch([]),
  topics: z.array(topic).catch([]),
  tone: z.array(z.object({ word: z.string(), score: z.number() })).catch([]),
  entities: z.array(entity).catch([]),
  refined_by: z.string().nullish().catch(null),
});
export type Explanation = z.output<typeof explanation>;

export const readExplanation = (analysis: object | null): Explanation => explanation.parse(analysis ?? {});
