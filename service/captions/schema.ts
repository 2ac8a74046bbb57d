import * as z from 'zod';
import { maxPictureBodyBytes, maxPictureBytes } from '../../contract/body-limits.ts';
import { jsonOrEvents, noInput } from '../http/shape.ts';
import { canonicalTag } from '../language/language-tags.ts';
import { captionLengths, defaultHashtags, emojiAmounts, maxHashtags, typicalCharacters } from '../models/model.ts';
import { audience, modelChoice, stream, style, tokenUsage } from '../models/schema.ts';
import { maxCaption } from '../models/shorten.ts';

/** Captions of a request without a `count`. */
export const defaultCount = 3;

/** Captions in `avoid`. */
export const maxAvoided = 20;

const { short, medium, long } = typicalCharacters;
const notLanguage = 'must be the BCP 47 tag of a known language, such as en, es-MX or pt-BR';
const languageTag = z
  .string()
  .max(60)
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/, { error: notLanguage, abort: true })
  .refine((tag) => canonicalTag(tag) !== undefined, notLanguage);

/** How captions are written; each option is optional. */
const captionOptions = {
  language: languageTag
    .optional()
    .describe(
      'BCP 47 tag of the language of the captions, such as en, es-MX or pt-BR; /api/v1/models lists the languages of each model; default: the language of the description',
    ),
  length: z
    .enum(captionLengths)
    .optional()
    .describe(
      `Length of each caption without the call to action: about ${short}, ${medium} or ${long} characters at most; default: the model chooses`,
    ),
  emoji: z.enum(emojiAmounts).optional().describe('Emoji in the captions: none, few (at most 2 each) or many; default: as fits the style'),
  hashtags: z
    .int()
    .min(0)
    .max(maxHashtags)
    .optional()
    .describe(`How many hashtags at most, 0 to ${maxHashtags}; default: ${defaultHashtags}`),
  call_to_action: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('A text that each caption contains as it is, such as "Book at example.com"; 1 to 200 characters; default: none of your own'),
  brand_voice: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .optional()
    .describe('How your brand writes, such as "warm, no slang, we say guests"; 1 to 500 characters; default: by the style alone'),
  like: z
    .string()
    .trim()
    .min(1)
    .max(maxCaption)
    .optional()
    .describe('A caption that you like: the new ones have its manner, in other words; at most 2,200 characters'),
  avoid: z
    .array(z.string().max(maxCaption))
    .max(maxAvoided)
    .optional()
    .describe(`Captions that you have already: the new ones differ from them as far as the model knows others; at most ${maxAvoided}`),
};

const image = z
  .string()
  .max(maxPictureBodyBytes)
  .regex(/^(?:[Dd][Aa][Tt][Aa]:|https:\/\/)/, 'must be a data URL or start with https://')
  .optional()
  .describe(
    `The picture: a data URL (data:image/jpeg;base64,…) or an https URL that the service downloads. JPEG, PNG or WebP of at most ${maxPictureBytes / 1024 ** 2} MiB and 50 megapixels. Needs a model with vision`,
  );

/** Without `stream`: as GraphQL and batches use it. */
export const generateRequest = z
  .strictObject({
    content_description: z
      .string()
      .trim()
      .min(1)
      .max(2000)
      .optional()
      .describe('What the picture shows; 1 to 2000 characters; required without `image`'),
    image,
    style,
    audience,
    client_id: z.string().trim().min(1).max(100).describe('Your own name for the client; it does not change the answer'),
    count: z.int().min(1).max(5).optional().describe(`How many different captions, 1 to 5; default: ${defaultCount}`),
    ...captionOptions,
    ...modelChoice,
  })
  .refine(({ content_description, image }) => (content_description ?? image) !== undefined, {
    path: ['content_description'],
    error: 'describe the picture, or send it as image',
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
  language: z.string(),
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
    hashtags: z.array(z.string()).describe('Each starts with #; all different'),
    style,
    audience,
    language: z.string().describe('BCP 47 tag of the language that the captions are in'),
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
  generate: { ...noInput, body: streamableRequest, fileField: 'image', answer: jsonOrEvents(generateResponse, generateEvents) },
};
