import * as z from 'zod';
import { jsonOrEvents, noInput } from '../http/shape.ts';
import { languages } from '../language/languages.ts';
import { audiences, styles } from '../models/model.ts';
import { preferences } from '../models/selection.ts';

/** Captions of a request without a `count`. */
export const defaultCount = 3;

/** Without `stream`: as GraphQL and batches use it. */
export const generateRequest = z.strictObject({
  content_description: z.string().trim().min(1).max(2000).describe('What the picture shows'),
  style: z.enum(styles),
  audience: z.enum(audiences),
  client_id: z.string().trim().min(1).max(100).describe('Your own name for the client; it does not change the answer'),
  language: z.enum(languages).optional().describe('Default: the language of the description'),
  count: z.int().min(1).max(5).optional().describe(`How many different captions; default: ${defaultCount}`),
  model: z.string().min(1).max(100).optional().describe('An id of /api/v1/models; default: chosen by `prefer`'),
  prefer: z.enum(preferences).optional().describe('How a model is chosen; default: quality'),
});
export type GenerateRequest = z.output<typeof generateRequest>;

/** The body of the endpoint. */
const streamableRequest = generateRequest
  .extend({ stream: z.boolean().optional().describe('Answer with events, as Accept: text/event-stream does') })
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

/** The form of a cached answer. */
export const cachedDraft = z.object({
  captions: z.tuple([z.string()], z.string()),
  hashtags: z.array(z.string()),
  language: z.enum(languages),
  model: z.string(),
  usage: z.object({ promptTokens: z.int(), completionTokens: z.int() }),
  degraded: z.boolean().describe('A fallback wrote it because the preferred model failed'),
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
    cached: z.boolean().describe('Whether it comes from the cache'),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
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
  start: z.object({
    id: z.uuid(),
    model: z.string().describe('The model that writes, by its id; of an answer from the cache, that wrote'),
  }),
  caption: z.object({ index: z.int().min(0).describe('0 is the best'), caption: z.string() }),
  done: generateResponse,
};

export const captionsShapes = {
  generate: { ...noInput, body: streamableRequest, answer: jsonOrEvents(generateResponse, generateEvents) },
};
