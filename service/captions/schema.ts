import * as z from 'zod';
import { jsonOrEvents, noInput } from '../http/shape.ts';
import { languages } from '../language/languages.ts';
import { audience, modelChoice, stream, style, tokenUsage } from '../models/schema.ts';

/** Captions of a request without a `count`. */
export const defaultCount = 3;

/** Without `stream`: as GraphQL and batches use it. */
export const generateRequest = z.strictObject({
  content_description: z.string().trim().min(1).max(2000).describe('What the picture shows; 1 to 2000 characters'),
  style,
  audience,
  client_id: z.string().trim().min(1).max(100).describe('Your own name for the client; it does not change the answer'),
  language: z.enum(languages).optional().describe('Default: the language of the description'),
  count: z.int().min(1).max(5).optional().describe(`How many different captions, 1 to 5; default: ${defaultCount}`),
  ...modelChoice,
});
export type GenerateRequest = z.output<typeof generateRequest>;

/** The body of the endpoint. */
const streamableRequest = generateRequest.extend({ stream }).meta({
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

/** The form of a cached answer. */
export const cachedDraft = z.object({
  captions: z.tuple([z.string()], z.string()),
  hashtags: z.array(z.string()),
  language: z.enum(languages),
  model: z.string(),
  usage: z.object({ promptTokens: z.int(), completionTokens: z.int() }),
  degraded: z.boolean().describe('A fallback wrote it because the preferred model failed, or it is in another language than requested'),
});

const responseId = z.uuid().describe('Identifies this response; it is not stored');

export const generateResponse = z
  .object({
    id: responseId,
    caption: z.string().describe('The best caption; at most 2,200 characters'),
    alternatives: z.array(z.string()).describe('Other captions, the better first'),
    hashtags: z.array(z.string()).describe('Each starts with #; at most 10, all different'),
    style,
    audience,
    language: z.enum(languages).describe('Language of the captions'),
    model: z.string().describe('The model that wrote it'),
    cached: z.boolean().describe('Whether it comes from the cache'),
    usage: tokenUsage,
  })
  .meta({
    id: 'GenerateResponse',
    examples: [
      {
        id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
        caption: 'Sunset over the beach in Cádiz with old friends. Simple as that.',
        alternatives: ['Sunset over the beach in Cádiz with old friends. Nothing fancy, just good.'],
        hashtags: ['#Sunset', '#Beach', '#Cádiz'],
        style: 'casual',
        audience: 'general',
        language: 'en',
        model: 'leyenda-offline-1',
        cached: false,
        usage: { prompt_tokens: 9, completion_tokens: 46, total_tokens: 55 },
      },
    ],
  });

/** The events of a stream; `done` has the whole answer. After a failure the last event is `error`, a problem. */
export const generateEvents = {
  start: z
    .object({
      id: responseId,
      model: z.string().describe('The model that writes, by its id; of an answer from the cache, that wrote'),
    })
    .describe('The first event'),
  caption: z
    .object({ index: z.int().min(0).describe('0 is the best'), caption: z.string().describe('The text') })
    .describe('A finished caption'),
  done: generateResponse,
};

export const captionsShapes = {
  generate: { ...noInput, body: streamableRequest, answer: jsonOrEvents(generateResponse, generateEvents) },
};
