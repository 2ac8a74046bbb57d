import * as z from 'zod';
import { audiences, styles } from './model.ts';
import { preferences } from './selection.ts';

/** Parts of requests and responses that several features share. */
export const style = z.enum(styles).describe('Tone of the captions');
export const audience = z.enum(audiences).describe('Target audience of the captions');

/** How a request chooses its text model. */
export const modelChoice = {
  model: z.string().min(1).max(100).optional().describe('An id of /api/v1/models; default: chosen by `prefer`'),
  prefer: z.enum(preferences).optional().describe('How a model is chosen; default: quality'),
};
export const stream = z.boolean().optional().describe('Answer with events, as Accept: text/event-stream does');

export const tokenUsage = z
  .object({
    prompt_tokens: z.int().describe('Tokens of the input'),
    completion_tokens: z.int().describe('Tokens of the output'),
    total_tokens: z.int().describe('Sum of both'),
  })
  .describe('Tokens as the text model counted them; estimated for a stream that was cut off');
