import type * as z from 'zod';
import { builder, type MutationFields, type QueryFields } from '../graphql/builder/builder.ts';
import { parseInput } from '../graphql/builder/input.ts';
import { tokenUsageType } from '../models/graphql.ts';
import type { Models } from '../models/models.ts';
import { preferences } from '../models/selection.ts';
import type { Queries } from './queries.ts';
import { queryRequest, type queryResponse } from './schema.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly models: Models;
    readonly queries: Queries;
  }
}

const modelType = builder.objectRef<ReturnType<Models['list']>[number]>('Model').implement({
  description: 'A text model, what it can do and cost.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    capabilities: t.stringList({ resolve: ({ capabilities }) => [...capabilities] }),
    languages: t.stringList({ nullable: true, resolve: ({ languages }) => (languages === undefined ? null : [...languages]) }),
    inputPricePerMillion: t.float({
      resolve: (card) => card.pricePerMillion.input,
      description: 'US dollars for a million tokens of input.',
    }),
    outputPricePerMillion: t.float({
      resolve: (card) => card.pricePerMillion.output,
      description: 'US dollars for a million tokens of output.',
    }),
    typicalLatencyMs: t.exposeFloat('typicalLatencyMs'),
    contextTokens: t.exposeInt('contextTokens'),
    maxTokens: t.exposeInt('maxTokens'),
    fallbackOnly: t.exposeBoolean('fallbackOnly'),
    healthy: t.exposeBoolean('healthy'),
  }),
});

export const queriesQueries = (t: QueryFields) => ({
  models: t.field({
    type: [modelType],
    resolve: (_root, _args, { features }) => [...features.models.list()],
  }),
});

type Answer = z.output<typeof queryResponse>;
type Snippet = NonNullable<Answer['context']>['added'][number] & { readonly why?: string };

const choiceType = builder.objectRef<Answer['routing']['alternatives'][number]>('RoutingChoice').implement({
  description: 'A model that was considered, and why it was or was not chosen.',
  fields: (t) => ({ model: t.exposeString('model'), reason: t.exposeString('reason') }),
});
const failedType = builder.objectRef<Answer['routing']['failed'][number]>('RoutingFailure').implement({
  description: 'A model that failed before, and how.',
  fields: (t) => ({ model: t.exposeString('model'), failure: t.exposeString('failure') }),
});
const routingType = builder.objectRef<Answer['routing']>('RoutingResult').implement({
  description: 'The model that wrote the answer, and why it was chosen.',
  fields: (t) => ({
    model: t.exposeString('model'),
    reason: t.exposeString('reason'),
    alternatives: t.expose('alternatives', { type: [choiceType] }),
    failed: t.expose('failed', { type: [failedType] }),
  }),
});

const snippetType = builder.objectRef<Snippet>('ACESnippet').implement({
  description: 'A text that could be added to a query.',
  fields: (t) => ({
    source: t.exposeString('source'),
    text: t.exposeString('text'),
    reason: t.exposeString('reason'),
    tokens: t.exposeInt('tokens'),
    relevance: t.exposeFloat('relevance'),
    why: t.string({ nullable: true, description: 'Why it was left out; null for added texts.', resolve: ({ why }) => why }),
  }),
});
const contextType = builder.objectRef<NonNullable<Answer['context']>>('ACEResult').implement({
  description: 'The context that was added to the query, and what was left out.',
  fields: (t) => ({
    added: t.expose('added', { type: [snippetType] }),
    leftOut: t.expose('left_out', { type: [snippetType] }),
    tokens: t.exposeInt('tokens'),
    budget: t.exposeInt('budget'),
  }),
});

const executionType = builder.objectRef<NonNullable<Answer['execution']>[number]>('E2BResult').implement({
  description: 'The execution of a program in the answer.',
  fields: (t) => ({
    status: t.exposeString('status', { description: 'ok, error, timeout, memory, output_limit, code_too_long or busy.' }),
    code: t.exposeString('code'),
    output: t.exposeString('output'),
    value: t.string({
      nullable: true,
      description: 'Of its last expression, as JSON.',
      resolve: (run) => ('value' in run ? run.value : undefined),
    }),
    error: t.string({
      nullable: true,
      description: 'Class and message of its error.',
      resolve: (run) => ('message' in run ? `${run.name}: ${run.message}` : undefined),
    }),
    milliseconds: t.exposeInt('milliseconds'),
  }),
});

const resultType = builder.objectRef<Answer>('QueryResult').implement({
  description: 'A query and its answer.',
  fields: (t) => ({
    id: t.exposeID('id'),
    query: t.exposeString('query'),
    result: t.exposeString('result'),
    routing: t.expose('routing', { type: routingType }),
    context: t.expose('context', { type: contextType, nullable: true }),
    execution: t.expose('execution', { type: [executionType], nullable: true }),
    usage: t.expose('usage', { type: tokenUsageType }),
    costMicros: t.exposeInt('cost_micros'),
  }),
});

export const processQueryInput = builder.inputType('ProcessQueryInput', {
  description: 'A query for a text model.',
  fields: (t) => ({
    query: t.string({ required: true, description: '1 to 20,000 characters.' }),
    model: t.string(),
    prefer: t.field({
      type: builder.enumType('Preference', { description: 'What matters most in the choice of a model.', values: preferences }),
    }),
    context: t.boolean(),
    execute: t.boolean(),
    clientId: t.string(),
  }),
});

export const queriesMutations = (t: MutationFields) => ({
  processQuery: t.field({
    type: resultType,
    args: { input: t.arg({ type: processQueryInput, required: true }) },
    resolve: (_root, { input }, { features, caller, signal }) =>
      features.queries.answer(parseInput(queryRequest, input), { caller, signal }),
  }),
});
