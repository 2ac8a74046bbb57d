import { builder, type QueryFields } from '../graphql/builder.ts';
import type { Models } from '../providers/models.ts';

const modelType = builder.objectRef<ReturnType<Models['list']>[number]>('Model').implement({
  description: 'A text model, what it can do and cost.',
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    description: t.exposeString('description'),
    capabilities: t.stringList({ resolve: ({ capabilities }) => [...capabilities] }),
    inputPricePerMillion: t.float({ resolve: (card) => card.pricePerMillion.input, description: 'US dollars for a million tokens.' }),
    outputPricePerMillion: t.float({ resolve: (card) => card.pricePerMillion.output, description: 'US dollars for a million tokens.' }),
    typicalLatencyMs: t.exposeFloat('typicalLatencyMs'),
    contextTokens: t.exposeInt('contextTokens', { description: 'Most tokens of question and answer together.' }),
    maxTokens: t.exposeInt('maxTokens', { description: 'Most tokens of one answer.' }),
    standIn: t.exposeBoolean('standIn', { description: 'Answers only where it is named or every other model failed.' }),
    healthy: t.exposeBoolean('healthy', { description: 'Not left alone at present because of its failures.' }),
  }),
});

/** Guide rows API-16, API-18. */
export const queriesQueries = (t: QueryFields) => ({
  models: t.field({
    type: [modelType],
    description: 'In the order of preference.',
    resolve: (_root, _args, { parts }) => [...parts.models.list()],
  }),
});
