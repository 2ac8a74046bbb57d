import * as z from 'zod';
import { problems } from '../../contract/errors.ts';

const ids = {
  request_id: z.string().describe('Quote it to support'),
  trace_id: z.string().optional().describe('The trace of the request, if requests are traced'),
};

/** Problem details (RFC 9457). */
export const problemResponse = z
  .object({
    type: z.string().describe('Identifies the kind of problem'),
    title: z.string().describe('The kind of problem, for people'),
    status: z.int().describe('The HTTP status'),
    detail: z.string().describe('What failed in this request, for people'),
    code: z.string().describe(`One of ${Object.keys(problems).join(', ')}`),
    remedy: z.string().describe('How to fix it'),
    ...ids,
    errors: z
      .array(z.object({ pointer: z.string().describe('JSON Pointer to the field'), message: z.string().describe('What is wrong with it') }))
      .optional()
      .describe('The invalid fields'),
  })
  .meta({ id: 'Problem' });

/** An error in the format of the OpenAI API; `code` is the problem's code. */
export const openAiErrorResponse = z
  .object({
    error: z
      .object({
        message: z.string().describe('What failed in this request, for people'),
        type: z.string().describe('The type that the OpenAI API has for the status'),
        param: z.string().nullable().describe('The invalid field'),
        code: z.string().describe(`One of ${Object.keys(problems).join(', ')}`),
        ...ids,
      })
      .describe('What failed, in the fields of the OpenAI API'),
  })
  .meta({ id: 'OpenAiError' });
