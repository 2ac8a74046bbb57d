import * as z from 'zod';
import { problems } from '../../contract/errors.ts';

/** Problem details (RFC 9457). */
export const problemResponse = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe(`One of ${Object.keys(problems).join(', ')}`),
    remedy: z.string().describe('How to fix it'),
    request_id: z.string(),
    errors: z.array(z.object({ pointer: z.string().describe('JSON Pointer to the field'), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** An error in the format of the OpenAI API; `code` is the problem's code. */
export const openAiErrorResponse = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable().describe('The invalid field'),
      code: z.string().describe(`One of ${Object.keys(problems).join(', ')}`),
      request_id: z.string(),
    }),
  })
  .meta({ id: 'OpenAiError' });
