import * as z from 'zod';
import { type ProblemCode, problems } from '../../contract/errors.ts';
import { generateRequest, generateResponse } from '../captions/schema.ts';
import { listOf, pageQuery } from '../http/pagination.ts';
import { queryInteger } from '../http/query-integer.ts';
import { json, jsonLines, noInput } from '../http/shape.ts';
import { queryRequest, queryResponse } from '../queries/schema.ts';

/** Maximum number of items of a batch. */
export const maxItems = 10_000;

const example = {
  kind: 'generate',
  content_description: 'Sunset over the beach in Cádiz with old friends',
  style: 'casual',
  audience: 'general',
  client_id: 'test-client',
};

/** An item of a batch. Every kind has a runner in runners.ts. */
export const batchItem = z
  .discriminatedUnion('kind', [generateRequest.extend({ kind: z.literal('generate') }), queryRequest.extend({ kind: z.literal('query') })])
  .meta({ id: 'BatchItem' });
export type BatchItem = z.output<typeof batchItem>;

export const createRequest = z
  .strictObject({ items: z.array(batchItem).min(1).max(maxItems).describe('As JSON Lines: one item per line') })
  .meta({ id: 'BatchRequest', examples: [{ items: [example, { kind: 'query', query: 'What is 6 * 7?' }] }] });

export const statuses = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

const batchExample = {
  id: 'b5879bf8-09d1-4427-99b7-354732337a8f',
  status: 'running',
  total: 2,
  succeeded: 1,
  failed: 0,
  created_at: '2026-11-23T16:41:13.629Z',
  started_at: '2026-11-23T16:41:13.629Z',
  finished_at: null,
};
const batchId = z.uuid().describe('The id of the batch');
export const batchResponse = z
  .object({
    id: batchId,
    status: z.enum(statuses).describe('`failed`: every item finished and none succeeded'),
    total: z.int().describe('Items of the batch'),
    succeeded: z.int().describe('Items with a result so far'),
    failed: z.int().describe('Items that failed for good so far'),
    created_at: z.iso.datetime().describe('When it was accepted'),
    started_at: z.iso.datetime().nullable().describe('When its first item started; null: not yet'),
    finished_at: z.iso.datetime().nullable().describe('When its last item finished or it was cancelled; null: not yet'),
  })
  .meta({ id: 'Batch', examples: [batchExample] });
export type BatchResponse = z.output<typeof batchResponse>;

const problemCodes = z.enum(Object.keys(problems).filter((code): code is ProblemCode => code in problems));
export const itemProblem = z
  .object({
    code: problemCodes.describe('The code that the same request alone would return'),
    detail: z.string().describe('What failed'),
  })
  .meta({ id: 'BatchItemProblem' });
export type ItemProblem = z.output<typeof itemProblem>;

const index = z.int().min(0).describe('Index of the item in the batch, from 0');
export const batchResult = z
  .discriminatedUnion('status', [
    z.object({
      index,
      status: z.literal('succeeded'),
      result: z.union([generateResponse, queryResponse]).describe('The response to the item'),
    }),
    z.object({ index, status: z.literal('failed'), error: itemProblem }),
  ])
  .meta({
    id: 'BatchResult',
    examples: [{ index: 1, status: 'failed', error: { code: 'model_failed', detail: 'The text model failed.' } }],
  });

const params = z.object({ id: batchId });
const listResponse = listOf(batchResponse).meta({ id: 'Batches', examples: [{ items: [batchExample], next: null }] });
const resultsQuery = z.strictObject({
  after: queryInteger({ min: -1, max: maxItems - 1 })
    .default(-1)
    .describe('The `index` of the last line that you read, to get the results after it; -1: all results'),
});

export const batchesShapes = {
  createBatch: { ...noInput, body: createRequest, linesField: 'items', answer: json(batchResponse, 202) },
  listBatches: { ...noInput, query: pageQuery(z.uuid()), answer: json(listResponse) },
  readBatch: { ...noInput, params, answer: json(batchResponse) },
  batchResults: { ...noInput, params, query: resultsQuery, answer: jsonLines(batchResult) },
  cancelBatch: { ...noInput, params, answer: json(batchResponse) },
};
