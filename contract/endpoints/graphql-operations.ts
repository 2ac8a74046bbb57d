import type { EndpointName } from './index.ts';

/** A root field of GraphQL (guide rows API-15..18) and the REST endpoint that does the same: its permission is asked for here too. */
interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly endpoint: EndpointName;
  /** What it counts towards `graphqlLimits.cost`. */
  readonly cost: number;
  /** Items of a list where the document does not say how many: what its fields then count. */
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
/** The operation of a root field; undefined where the contract has none of this name. */
export const operationOf = (name: string): Operation | undefined => (isOperation(name) ? operations[name] : undefined);

/** A document beyond one of these is refused before anything runs. */
export const graphqlLimits = {
  /** Fields within fields. */
  depth: 8,
  aliases: 15,
  /**
   * Sum over all fields: 1 each, a root field as its operation says; a list's fields count once for each item that is asked for.
   * The fields of `__schema` and `__type` count for each item that the schema has, so many for 1.
   */
  cost: 1000,
  schemaFieldsPerCost: 40,
  /** For a field that repeats another of the same name (or alias) beside it: validation compares every two of them. */
  repetitionCost: 10,
  /** Mistakes of a document that are reported: each message quotes the place. */
  errors: 10,
  /** Operations in one request. */
  batch: 5,
  /** Words and signs of a document. */
  tokens: 2000,
  /** Of a document. */
  characters: 32_000,
  /** That one process keeps, each sent once and then called by its hash. */
  documents: 500,
} as const;
