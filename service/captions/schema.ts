import * as z from 'zod';
import { jsonOrEvents, noInput } from '../http/shape.ts';
import { audiences, languages, styles } from '../providers/model.ts';
import { preferences } from '../providers/selection.ts';

/** Captions of a request that names no number. */
export const defaultCount = 3;

/** Guide row API-03; a field that is not declared is refused. Without `stream`: what others ask for than the endpoint's callers. */
export const generateRequest = z.strictObject({
  content_description: z.string().trim().min(1).max(2000).describe('What the picture shows'),
  style: z.enum(styles),
  audience: z.enum(audiences),
  client_id: z.string().trim().min(1).max(100).describe('Your name for whoever asks; it does not change the answer'),
  language: z.enum(languages).optional().describe('Default: the language of the description'),
  count: z.int().min(1).max(5).optional().describe(`How many different captions; default: ${defaultCount}`),
  model: z.string().min(1).max(100).optional().describe('An id of /api/v1/models; default: chosen for you'),
  prefer: z.enum(preferences).optional().describe('What a model is chosen by; default: quality'),
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

/** What the cache holds of an answer. */
export const draft = z.object({
  captions: z.tuple([z.string()], z.string()),
  hashtags: z.array(z.string()),
  language: z.enum(languages),
  model: z.string(),
  usage: z.object({ promptTokens: z.int(), completionTokens: z.int() }),
  makeshift: z.boolean(),
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

/** What a stream tells; `done` holds the whole. Where it fails, its last event is `error`, a problem. */
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
