import * as z from 'zod';
import { capabilities } from '../../contract/text-models.ts';
import { listOf } from '../http/pagination.ts';
import { json, jsonOrEvents, noInput } from '../http/shape.ts';
import { modelChoice, stream, tokenUsage } from '../models/schema.ts';

/** Without `stream`: as GraphQL and batches use it. */
export const queryRequest = z.strictObject({
  query: z.string().trim().min(1).max(20_000).describe('The question or task; 1 to 20,000 characters'),
  ...modelChoice,
  context: z
    .boolean()
    .optional()
    .describe('Whether context is added to the query: the date, your earlier queries, news of the last week; default: true'),
  execute: z.boolean().optional().describe('Run the JavaScript in the answer; needs the permission Execute'),
  client_id: z.string().trim().min(1).max(100).optional().describe('Your own name for the client; each client has its own history'),
});
export type QueryRequest = z.output<typeof queryRequest>;

const streamableRequest = queryRequest.extend({ stream }).meta({ id: 'QueryRequest', examples: [{ query: 'What is 6 * 7?' }] });

export const choice = z.object({
  model: z.string().describe('The id of the model'),
  reason: z.string().describe('Why it was or was not chosen'),
});
export const failure = z.object({
  model: z.string().describe('The id of the model'),
  failure: z.string().describe('How it failed, such as `timeout` or `overloaded`'),
});
export const routing = choice
  .extend({
    alternatives: z.array(choice).describe('Other models that were considered, the next best first'),
    failed: z.array(failure).describe('Models that failed before'),
  })
  .meta({ id: 'RoutingResult', description: 'The model that wrote the answer, and why it was chosen' });

const snippet = z.object({
  source: z.string().describe('Where the text comes from: facts, history or news'),
  text: z.string().describe('What is added to the query'),
  reason: z.string().describe('Why it may help to answer the query'),
  tokens: z.int().describe('Its length in tokens, estimated'),
  relevance: z.number().min(0).max(1).describe('0 to 1'),
});
export const leftOut = snippet.extend({
  why: z.enum(['empty', 'irrelevant', 'repeats_query', 'duplicate', 'over_budget']).describe('Why it was left out'),
});
export const context = z
  .object({
    added: z.array(snippet).describe('Added to the query, the most relevant first'),
    left_out: z.array(leftOut).describe('Not added to the query'),
    tokens: z.int().describe('Tokens of the added context, estimated'),
    budget: z.int().describe('Maximum tokens of added context'),
  })
  .meta({ id: 'ContextResult' });

export const executionOutput = z.object({
  code: z.string().describe('The program'),
  output: z.string().describe('Its console output'),
  milliseconds: z.int().describe('Its run time in milliseconds'),
});
const execution = z
  .discriminatedUnion('status', [
    z.object({
      status: z.literal('ok'),
      value: z.string().optional().describe('Of its last expression, as JSON'),
      ...executionOutput.shape,
    }),
    z.object({
      status: z.literal('error'),
      name: z.string().describe('Class of the error'),
      message: z.string().describe('Message of the error'),
      ...executionOutput.shape,
    }),
    z.object({
      status: z.enum(['timeout', 'memory', 'output_limit', 'code_too_long', 'busy']).describe('Why it was stopped or not run'),
      ...executionOutput.shape,
    }),
  ])
  .meta({ id: 'ExecutionResult' });

const responseId = z.uuid().describe('Identifies this response; it is not stored');

export const queryResponse = z
  .object({
    id: responseId,
    query: z.string().describe('The query as it was sent'),
    result: z.string().describe('The answer of the text model'),
    routing,
    context: context.nullable().describe('null if not requested'),
    execution: z.array(execution).nullable().describe('Of each program in the result, in order; null if not requested'),
    usage: tokenUsage,
    cost_micros: z.int().describe('Cost in millionths of a US dollar'),
  })
  .meta({
    id: 'QueryResponse',
    examples: [
      {
        id: '0a2ce9ad-ec5b-4295-9bd3-fe9893b225ac',
        query: 'What is 6 * 7?',
        result: '42',
        routing: { model: 'offline', reason: 'fallback only', alternatives: [], failed: [] },
        context: {
          added: [
            {
              source: 'facts',
              text: 'The query is written in English.',
              reason: 'the language that was detected',
              tokens: 9,
              relevance: 0.9,
            },
          ],
          left_out: [],
          tokens: 9,
          budget: 500,
        },
        execution: null,
        usage: { prompt_tokens: 9, completion_tokens: 46, total_tokens: 55 },
        cost_micros: 0,
      },
    ],
  });

/** The events of a stream; `done` has the whole answer. After a failure the last event is `error`, a problem. */
export const queryEvents = {
  start: z.object({ id: responseId, routing, context: context.nullable() }).describe('The first event'),
  delta: z.object({ text: z.string().describe('The next piece of the answer') }).describe('Sent as the model writes'),
  execution,
  done: queryResponse,
};

export const model = z
  .object({
    id: z.string().describe('Names the model in requests'),
    name: z.string().describe('The name that its provider uses'),
    description: z.string().describe('What the model is good at'),
    capabilities: z.array(z.enum(capabilities)).describe('Requests that it can answer'),
    languages: z.array(z.string()).nullable().describe('BCP 47 tags of the only languages that it writes captions in; null: not limited'),
    price_per_million: z
      .object({
        input: z.number().describe('US dollars for a million tokens of input'),
        output: z.number().describe('US dollars for a million tokens of output'),
      })
      .describe('US dollars for a million tokens'),
    price_known: z.boolean().describe('false: no price is set and none is known, so that costs count as 0'),
    typical_latency_ms: z.number().describe('Typical time to an answer, in milliseconds'),
    context_tokens: z.int().describe('Maximum tokens of prompt and answer together'),
    max_tokens: z.int().describe('Maximum tokens of one answer'),
    fallback_only: z.boolean().describe('Used only when it is named or every other model failed'),
    healthy: z.boolean().describe('Whether its circuit is closed'),
  })
  .meta({ id: 'Model' });

export const modelsResponse = listOf(model).meta({
  id: 'Models',
  examples: [
    {
      items: [
        {
          id: 'offline',
          name: 'offline',
          description: 'Rules and tables that need no network.',
          capabilities: ['captions', 'chat', 'code', 'streaming'],
          languages: ['en', 'es'],
          price_per_million: { input: 0, output: 0 },
          price_known: true,
          typical_latency_ms: 5,
          context_tokens: 128000,
          max_tokens: 500,
          fallback_only: true,
          healthy: true,
        },
      ],
      next: null,
    },
  ],
});

export const queriesShapes = {
  query: { ...noInput, body: streamableRequest, answer: jsonOrEvents(queryResponse, queryEvents) },
  models: { ...noInput, answer: json(modelsResponse) },
};
