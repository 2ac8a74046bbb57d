import { accepting } from '../http/route.ts';
import type { Generate } from './captions.ts';
import { generateRequest, generateResponse } from './schema.ts';

export const captionRoutes = (generate: Generate) => ({
  generate: accepting(generateRequest, generateResponse, (body) => generate(body)),
});
