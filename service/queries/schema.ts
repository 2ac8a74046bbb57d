import * as z from 'zod';
import { capabilities } from '../../contract/text-models.ts';
import { listOf } from '../http/pagination.ts';
import { json, jsonOrEvents, noInput } from '../http/shape.ts';
import { preferences } from '../models/selection.ts';

/** Without `stream`: as GraphQL and batches use it. */
export const queryRequest = z.strictObject({
  query: z.string().trim().min(1).max(20_000),
  model: z.string().min(1).max(100).optional().describe('An id of /api/v1/models; default: chosen by `prefer`'),
  prefer: z.enum(preferences).optional().describe('How a model is chosen; default: quality'),
  context: z.boolean().optional().describe('Whether context is added to the query: the date, and your earlier queries; default: true'),
  execute: z.boolean().optional().describe('Run the JavaScript in the answer; needs the permission Execute'),
  client_id: z.string().trim().min(1).max(100).optional().describe('Your own name for the client; each client has its own history'),
});
export type QueryRequest = z.output<typeof queryRequest>;

const streamableRequest = queryRequest
  .extend({ stream: z.boolean().optional().describe('Answer with events, as Accept: text/event-stream does') })
  .meta({ id: 'QueryRequest', examples: [{ query: 'What is 6 * 7?' }] });

const choice = z.object({ model: z.string(), reason: z.string() });
const routing = choice
  .extend({
    alternatives: z.array(choice).describe('Other models that were considered, the next best first'),
    failed: z.array(z.object({ model: z.string(), failure: z.string() })).describe('Models that failed before'),
  })
  .meta({ id: 'RoutingResult' });

const snippet = z.object({
  source: z.string(),
  text: z.string(),
  reason: z.string(),
  tokens: z.int(),
  relevance: z.number().min(0).max(1),
});
const context = z
  .object({
    added: z.array(snippet).describe('Added to the query, the most relevant first'),
    left_out: z.array(snippet.extend({ why: z.enum(['empty', 'irrelevant', 'repeats_query', 'duplicate', 'over_budget']) })),
    tokens: z.int().describe('Tokens of the added context, estimated'),
    budget: z.int().describe('Maximum tokens of added context'),
  })
  .meta({ id: 'ContextResult' });

const output = { code: z.string(), output: z.string().describe('Its console output'), milliseconds: z.int() };
const execution = z
  .discriminatedUnion('status', [
    z.object({ status: z.literal('ok'), value: z.string().optional().describe('Of its last expression, as JSON'), ...output }),
    z.object({ status: z.literal('error'), name: z.string(), message: z.string(), ...output }),
    z.object({ status: z.enum(['timeout', 'memory', 'output_limit', 'code_too_long', 'busy']), ...output }),
  ])
  .meta({ id: 'ExecutionResult' });

export const queryResponse = z
  .object({
    id: z.uuid(),
    query: z.string(),
    result: z.string(),
    routing,
    context: context.nullable().describe('null if not requested'),
    execution: z.array(execution).nullable().describe('Of each program in the result, in order; null if not requested'),
    usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() }),
    cost_micros: z.int().describe('Micro-US-dollars'),
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
  start: z.object({ id: z.uuid(), routing, context: context.nullable() }),
  delta: z.object({ text: z.string() }),
  execution,
  done: queryResponse,
};

const model = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    capabilities: z.array(z.enum(capabilities)),
    price_per_million: z.object({ input: z.number(), output: z.number() }).describe('US dollars for a million tokens'),
    typical_latency_ms: z.number(),
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
          price_per_million: { input: 0, output: 0 },
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
