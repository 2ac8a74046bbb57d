import { operations } from '../../contract/endpoints/graphql-operations.ts';
import { captionRest, generateCaptionInput } from '../captions/graphql.ts';
import { builder, type MutationFields, type QueryFields } from '../graphql/builder/builder.ts';
import { parseId, parseInput, toRestInput } from '../graphql/builder/input.ts';
import { processQueryInput } from '../queries/graphql.ts';
import type { Batches } from './batches.ts';
import { type BatchResponse, createRequest, statuses } from './schema.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly batches: Batches;
  }
}

const batchType = builder.objectRef<BatchResponse>('Batch').implement({
  description: 'Requests that workers process; the results are available over REST.',
  fields: (t) => ({
    id: t.exposeID('id'),
    status: t.expose('status', {
      type: builder.enumType('BatchStatus', {
        description: 'How far a batch is; failed: every item finished and none succeeded.',
        values: statuses,
      }),
    }),
    total: t.exposeInt('total'),
    succeeded: t.exposeInt('succeeded'),
    failed: t.exposeInt('failed'),
    createdAt: t.field({ type: 'DateTime', resolve: ({ created_at }) => created_at }),
    startedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ started_at }) => started_at }),
    finishedAt: t.field({ type: 'DateTime', nullable: true, resolve: ({ finished_at }) => finished_at }),
  }),
});

const itemType = builder.inputType('BatchItemInput', {
  description: 'One request of a batch: a query or a caption.',
  isOneOf: true,
  fields: (t) => ({
    query: t.field({ type: processQueryInput, description: 'The input of processQuery.' }),
    caption: t.field({ type: generateCaptionInput, description: 'The input of generateCaption.' }),
  }),
});
const inputType = builder.inputType('ProcessBatchInput', {
  description: 'Requests for workers to process.',
  fields: (t) => ({ items: t.field({ type: [itemType], required: true, description: '1 to 10,000 requests.' }) }),
});

/** Maximum number of batches of a page. */
const most = 100;
const usual = operations.batches.items;

export const batchesQueries = (t: QueryFields) => ({
  batch: t.field({
    type: batchType,
    args: { id: t.arg.id({ required: true, description: 'The id of the batch.' }) },
    resolve: (_root, { id }, { features, caller }) => features.batches.read(caller, parseId(id)),
  }),
  batches: t.field({
    type: [batchType],
    args: {
      first: t.arg.int({ description: `At most ${most}; default: ${usual}.` }),
      after: t.arg.id({ description: 'The last id of the previous page.' }),
    },
    resolve: (_root, { first, after }, { features, caller }) => {
      const limit = Math.min(Math.max(first ?? usual, 1), most);
      return features.batches.list(caller, { limit, after: after === null || after === undefined ? undefined : parseId(after) });
    },
  }),
});

export const batchesMutations = (t: MutationFields) => ({
  processBatch: t.field({
    type: batchType,
    args: { input: t.arg({ type: inputType, required: true }) },
    resolve: (_root, { input }, { features, caller }) => {
      const items = input.items.map(({ query, caption }) =>
        query ? { kind: 'query', ...toRestInput(query) } : { kind: 'generate', ...toRestInput(caption ? captionRest(caption) : {}) },
      );
      return features.batches.create(caller, parseInput(createRequest, { items }).items);
    },
  }),
});
