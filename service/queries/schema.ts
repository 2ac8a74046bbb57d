import * as z from 'zod';
import { capabilities } from '../contract/text-models.ts';
import { json, takesNothing } from '../http/shape.ts';

const model = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    capabilities: z.array(z.enum(capabilities)),
    price_per_million: z.object({ input: z.number(), output: z.number() }).describe('US dollars for a million tokens'),
    typical_latency_ms: z.number(),
    context_tokens: z.int().describe('Most tokens of question and answer together'),
    max_tokens: z.int().describe('Most tokens of one answer'),
    stand_in: z.boolean().describe('Answers only where it is named or every other model failed'),
    healthy: z.boolean().describe('Not left alone at present because of its failures'),
  })
  .meta({ id: 'Model' });

export const modelsResponse = z.object({ models: z.array(model).describe('In the order of preference') }).meta({ id: 'Models' });

export const queriesShapes = { models: { ...takesNothing, answer: json(modelsResponse) } };
