import * as z from 'zod';
import { json, takesNothing } from '../http/shape.ts';
import { audiences, languages, styles } from '../providers/model.ts';

/** Captions of a request that names no number. */
export const defaultCount = 3;

/** Guide row API-03; a field that is not declared is refused. */
export const generateRequest = z
  .strictObject({
    content_description: z.string().trim().min(1).max(2000).describe('What the picture shows'),
    style: z.enum(styles),
    audience: z.enum(audiences),
    client_id: z.string().trim().min(1).max(100).describe('Your name for whoever asks; it does not change the answer'),
    language: z.enum(languages).optional().describe('Default: the language of the description'),
    count: z.int().min(1).max(5).optional().describe(`How many different captions; default: ${defaultCount}`),
  })
  .meta({
    id: 'GenerateRequest',
    examples: [
      {
        content_description: 'Sunset over the beach in Cádiz with old friends',
        style: 'casual',
        audience: 'general',
        client_id: 'test-client',
      },
    ],
  });
export type GenerateRequest = z.output<typeof generateRequest>;

/** What the cache holds of an answer. */
export const draft = z.object({
  captions: z.tuple([z.string()], z.string()),
  hashtags: z.array(z.string()),
  language: z.enum(languages),
  model: z.string(),
  usage: z.object({ promptTokens: z.int(), completionTokens: z.int() }),
});

export const generateResponse = z
  .object({
    id: z.uuid(),
    caption: z.string().describe('The best caption'),
    alternatives: z.array(z.string()).describe('Other captions, the better first'),
    hashtags: z.array(z.string()),
    style: z.enum(styles),
    audience: z.enum(audiences),
    language: z.enum(languages),
    model: z.string().describe('The model that wrote it'),
    cached: z.boolean().describe('Whether it was written before'),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
  })
  .meta({ id: 'GenerateResponse' });

export const captionsShapes = { generate: { ...takesNothing, body: generateRequest, answer: json(generateResponse) } };
