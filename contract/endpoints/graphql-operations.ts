import type { EndpointName } from './index.ts';

/** A root field of GraphQL and the equivalent REST endpoint, whose permission it requires. */
interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly endpoint: EndpointName;
  /** Its share of `graphqlLimits.cost`. */
  readonly cost: number;
  /** Page size assumed for the cost of a list's fields if the document does not limit it. */
  readonly items?: number;
}

export const operations = {
  models: { kind: 'query', endpoint: 'models', cost: 1 },
  systemMetrics: { kind: 'query', endpoint: 'processMetrics', cost: 1 },
  systemMetricsHistory: { kind: 'query', endpoint: 'processMetrics', cost: 10, items: 60 },
  users: { kind: 'query', endpoint: 'listUsers', cost: 10, items: 50 },
  user: { kind: 'query', endpoint: 'readUser', cost: 1 },
  apiKeys: { kind: 'query', endpoint: 'listKeys', cost: 10, items: 50 },
  batch: { kind: 'query', endpoint: 'readBatch', cost: 1 },
  batches: { kind: 'query', endpoint: 'listBatches', cost: 10, items: 20 },
  usage: { kind: 'query', endpoint: 'usage', cost: 50, items: 100 },
  articles: { kind: 'query', endpoint: 'listArticles', cost: 20, items: 20 },
  article: { kind: 'query', endpoint: 'readArticle', cost: 2 },
  newsDashboard: { kind: 'query', endpoint: 'newsDashboard', cost: 50, items: 20 },
  sentimentTrends: { kind: 'query', endpoint: 'sentimentTrends', cost: 50, items: 30 },
  topicDistribution: { kind: 'query', endpoint: 'topicDistribution', cost: 50, items: 20 },
  geographicDistribution: { kind: 'query', endpoint: 'geographicDistribution', cost: 50, items: 50 },
  sourcePerformance: { kind: 'query', endpoint: 'sourcePerformance', cost: 50, items: 50 },
  weeklyTrends: { kind: 'query', endpoint: 'weeklyTrends', cost: 50, items: 20 },
  cacheStats: { kind: 'query', endpoint: 'cacheStats', cost: 1 },
  processQuery: { kind: 'mutation', endpoint: 'query', cost: 50 },
  processBatch: { kind: 'mutation', endpoint: 'createBatch', cost: 100 },
  createUser: { kind: 'mutation', endpoint: 'createUser', cost: 50 },
  createApiKey: { kind: 'mutation', endpoint: 'createKey', cost: 20 },
  revokeApiKey: { kind: 'mutation', endpoint: 'revokeKey', cost: 5 },
  clearCache: { kind: 'mutation', endpoint: 'clearCache', cost: 10 },
  generateCaption: { kind: 'mutation', endpoint: 'generate', cost: 20 },
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof operations;
export type OperationOf<K extends Operation['kind']> = {
  [N in OperationName]: (typeof operations)[N]['kind'] extends K ? N : never;
}[OperationName];

const isOperation = (name: string): name is OperationName => name in operations;
export const operationNames: readonly OperationName[] = Object.keys(operations).filter(isOperation);
/** The operation of a root field; undefined if none has this name. */
export const operationOf = (name: string): Operation | undefined => (isOperation(name) ? operations[name] : undefined);

/** A document that exceeds one of these is rejected before it runs. */
export const graphqlLimits = {
  /** Levels of nested fields. */
  depth: 8,
  aliases: 15,
  /**
   * Sum over all fields: 1 each, a root field the `cost` of its operation; fields of a list count once per requested item.
   * Introspection fields count once per item of the schema; `schemaFieldsPerCost` of them cost 1.
   */
  cost: 1000,
  schemaFieldsPerCost: 40,
  /** Of a field that repeats a sibling's name or alias: validation compares every pair of them. */
  repetitionCost: 10,
  /** Validation errors that a response lists. */
  errors: 10,
  /** Operations in one request. */
  batch: 5,
  /** Lexical tokens of a document. */
  tokens: 2000,
  /** Length of a document. */
  characters: 32_000,
  /** Persisted documents that one process stores: a client sends each once and then its hash. */
  documents: 500,
} as const;
