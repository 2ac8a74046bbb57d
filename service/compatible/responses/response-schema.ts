import * as z from 'zod';
import type { EventOf } from '../../http/server-sent-events.ts';

const status = z.enum(['in_progress', 'completed', 'incomplete']).describe('incomplete: cut off');
const id = z.string().describe('Identifies the item in this response; it is not stored');
const logprobs = z.array(z.unknown()).describe('Probabilities of the tokens, if requested');

const contentPart = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('output_text'),
    text: z.string().describe('The text'),
    annotations: z.array(z.unknown()).describe('Always empty'),
    logprobs,
  }),
  z.looseObject({ type: z.literal('refusal'), refusal: z.string().describe('Why the model does not answer') }),
]);
const summaryPart = z.object({ type: z.literal('summary_text'), text: z.string().describe('The reasoning') });
export type OutputPart = z.output<typeof contentPart>;

const outputItem = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('message'),
    id,
    role: z.literal('assistant'),
    status,
    content: z.array(contentPart).describe('The text, or the refusal'),
  }),
  z.looseObject({
    type: z.literal('function_call'),
    id,
    call_id: z.string().describe('Names the call in the item that answers it'),
    name: z.string().describe('Name of the function'),
    arguments: z.string().describe('Its arguments as JSON'),
    status,
  }),
  z.looseObject({
    type: z.literal('reasoning'),
    id,
    summary: z.array(summaryPart).describe('The reasoning of the model before its answer, as a whole'),
    status,
  }),
]);
export type OutputItem = z.output<typeof outputItem>;
export type ItemOf<T extends OutputItem['type']> = Extract<OutputItem, { readonly type: T }>;

const usage = z
  .looseObject({
    input_tokens: z.int().describe('Tokens of the input'),
    input_tokens_details: z.looseObject({ cached_tokens: z.int().describe('Of these, read from a cache') }).describe('Details'),
    output_tokens: z.int().describe('Tokens of the output'),
    output_tokens_details: z.looseObject({ reasoning_tokens: z.int().describe('Of these, reasoning') }).describe('Details'),
    total_tokens: z.int().describe('Sum of both'),
  })
  .describe('Tokens as the text model counted them; estimated if it did not count them');

const asRequested = z.unknown().describe('As requested');
export const response = z
  .looseObject({
    id: z.string().describe('Identifies this response; it is not stored'),
    object: z.literal('response'),
    created_at: z.int().describe('Seconds since the epoch'),
    completed_at: z.int().nullable().describe('Seconds since the epoch; null unless it is completed'),
    status: z.enum(['in_progress', 'completed', 'incomplete', 'failed']).describe('incomplete: see incomplete_details'),
    error: z
      .object({ code: z.literal('server_error').describe('Kind of the error'), message: z.string().describe('What failed') })
      .nullable()
      .describe('Why it failed'),
    incomplete_details: z
      .object({ reason: z.enum(['max_output_tokens', 'content_filter']) })
      .nullable()
      .describe('Why the answer was cut off'),
    model: z.string().describe('The model that wrote the answer'),
    output: z.array(outputItem).describe('The answer: reasoning, messages and calls of functions'),
    usage: usage.nullable(),
    store: z.literal(false).describe('Nothing is stored'),
    background: z.literal(false).describe('Always false'),
    previous_response_id: z.null().describe('Always null'),
    instructions: asRequested,
    max_output_tokens: asRequested,
    metadata: asRequested,
    parallel_tool_calls: asRequested,
    reasoning: asRequested,
    temperature: asRequested,
    text: asRequested,
    tool_choice: asRequested,
    tools: asRequested,
    top_p: asRequested,
    truncation: z.literal('disabled').describe('A conversation is never shortened'),
  })
  .meta({
    id: 'Response',
    examples: [
      {
        id: 'resp_b5879bf809d1442799b7354732337a8f',
        object: 'response',
        created_at: 1795452074,
        completed_at: 1795452074,
        status: 'completed',
        error: null,
        incomplete_details: null,
        model: 'offline',
        output: [
          {
            id: 'msg_0b1f4c5d8e3a4f6f9d2c7a6b5e4d3c2b',
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: '42', annotations: [], logprobs: [] }],
          },
        ],
        usage: {
          input_tokens: 9,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 46,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 55,
        },
        store: false,
        background: false,
        previous_response_id: null,
        instructions: null,
        max_output_tokens: null,
        metadata: {},
        parallel_tool_calls: true,
        reasoning: { effort: null, summary: null },
        temperature: null,
        text: { format: { type: 'text' } },
        tool_choice: 'auto',
        tools: [],
        top_p: null,
        truncation: 'disabled',
      },
    ],
  });
export type Response = z.input<typeof response>;

const outputIndex = z.int().describe('Position of the item in the output');
const inItem = { item_id: id, output_index: outputIndex };
const inPart = { ...inItem, content_index: z.int().describe('Position of the part in the item') };
const inSummary = { ...inItem, summary_index: z.literal(0) };
const delta = z.string().describe('The next piece');

const aboutResponse = z.object({ response });
const aboutItem = z.object({ output_index: outputIndex, item: outputItem.describe('The item, as far as it is written') });
const aboutPart = z.object({ ...inPart, part: contentPart.describe('The part, as far as it is written') });
const textDelta = z.object({ ...inPart, delta });
const text = z.string().describe('The whole text');
const aboutSummary = z.object({ ...inSummary, part: summaryPart.describe('The part, as far as it is written') });

/** The events of a streamed response by name. */
export const responseEvents = {
  'response.created': aboutResponse,
  'response.in_progress': aboutResponse,
  'response.output_item.added': aboutItem,
  'response.content_part.added': aboutPart,
  'response.output_text.delta': textDelta.extend({ logprobs }),
  'response.output_text.done': z.object({ ...inPart, text, logprobs }),
  'response.refusal.delta': textDelta,
  'response.refusal.done': z.object({ ...inPart, refusal: z.string().describe('The whole refusal') }),
  'response.reasoning_summary_part.added': aboutSummary,
  'response.reasoning_summary_text.delta': z.object({ ...inSummary, delta }),
  'response.reasoning_summary_text.done': z.object({ ...inSummary, text }),
  'response.reasoning_summary_part.done': aboutSummary,
  'response.content_part.done': aboutPart,
  'response.function_call_arguments.delta': z.object({ ...inItem, delta }),
  'response.function_call_arguments.done': z.object({
    ...inItem,
    name: z.string().describe('Name of the function'),
    arguments: z.string().describe('All arguments as JSON'),
  }),
  'response.output_item.done': aboutItem,
  'response.completed': aboutResponse,
  'response.incomplete': aboutResponse,
  'response.failed': aboutResponse,
};
export type ResponseEvent = EventOf<typeof responseEvents>;
