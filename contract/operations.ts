import type { EndpointName } from './endpoints.ts';

/** A root field of GraphQL (guide rows API-15..18) and the REST endpoint that does the same: its permission is asked for here too. */
interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly as: EndpointName;
  /** What it counts towards `graphqlLimits.cost`. */
  readonly cost: number;
  /** Items of a list where the document does not say how many: what its fields then count. */
  readonly items?: number;
}

export const operations = {
  models: { kind: 'query', as: 'models', cost: 1 },
  systemMetrics: { kind: 'query', as: 'processMetrics', cost: 1 },
  systemMetricsHistory: { kind: 'query', as: 'processMetrics', cost: 10, items: 60 },
  users: { kind: 'query', as: 'listUsers', cost: 10, items: 50 },
  user: { kind: 'query', as: 'readUser', cost: 1 },
  apiKeys: { kind: 'query', as: 'listKeys', cost: 10, items: 50 },
  batch: { kind: 'query', as: 'readBatch', cost: 1 },
  batches: { kind: 'query', as: 'listBatches', cost: 10, items: 20 },
  usage: { kind: 'query', as: 'usage', cost: 50, items: 100 },
  cacheStats: { kind: 'query', as: 'cacheStats', cost: 1 },
  processQuery: { kind: 'mutation', as: 'query', cost: 50 },
  processBatch: { kind: 'mutation', as: 'createBatch', cost: 100 },
  createUser: { kind: 'mutation', as: 'createUser', cost: 50 },
  createApiKey: { kind: 'mutation', as: 'createKey', cost: 20 },
  revokeApiKey: { kind: 'mutation', as: 'revokeKey', cost: 5 },
  clearCache: { kind: 'mutation', as: 'clearCache', cost: 10 },
  generateCaption: { kind: 'mutation', as: 'generate', cost: 20 },
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
