import { maxPictureBodyBytes } from '../body-limits.ts';
import type { Endpoint } from './endpoint.ts';

export const captionsEndpoints = {
  generate: {
    group: 'Captions',
    method: 'POST',
    path: '/api/v4/generate',
    permission: 'Write',
    rateLimit: 'api',
    port: 'http',
    idempotent: true,
    callsModel: true,
    maxBodyBytes: maxPictureBodyBytes,
    problems: ['model_failed', 'budget_exhausted', 'unusable_description', 'invalid_image', 'image_unreachable', 'no_vision_model'],
    summary: 'Write a caption for a picture or its description',
    description:
      'Writes the best caption, alternatives and hashtags in the style and for the audience you name. The picture is described in `content_description`, or sent as `image`, or both; a text model with the capability `vision` gets it upright and without metadata, and the service does not store it. An equal request is served from the cache, at no cost. With `stream`, sends each caption as an event as soon as it is finished. Fails with 402 once the budget of the key is used up, and with 502 if every text model that could write it failed.',
  },
} as const satisfies Record<string, Endpoint>;
