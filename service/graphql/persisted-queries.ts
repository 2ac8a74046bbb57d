import { hash } from 'node:crypto';
import * as z from 'zod';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import type { Cache, Caches } from '../cache/cache.ts';
import { Problem } from '../http/problem.ts';
import type { OperationRequest } from './schema.ts';

/** A document in the cache. */
const persistedDocument = z.object({ query: z.string() });
export type PersistedDocuments = Cache<z.output<typeof persistedDocument>>;

export const createPersistedDocuments = (caches: Caches, ttlSeconds: number): PersistedDocuments =>
  caches.create({ name: 'documents', version: 1, schema: persistedDocument, ttlSeconds, maxEntries: graphqlLimits.documents });

const unknownDocument = new Error('the hash is not registered');

/**
 * Automatic persisted queries: a request with document and hash registers the document, and a request with the hash alone gets it added.
 * @returns undefined if the hash is not registered
 * @throws {Problem} `invalid_request` if the hash does not match the document
 */
export async function resolvePersistedQuery(
  request: OperationRequest,
  documents: PersistedDocuments,
): Promise<OperationRequest | undefined> {
  const { query, extensions } = request;
  const sha256 = extensions?.persistedQuery?.sha256Hash;
  if (sha256 === undefined) return request;
  if (query !== undefined && hash('sha256', query) !== sha256) {
    throw new Problem('invalid_request', { detail: 'extensions.persistedQuery.sha256Hash is not the hash of the document.' });
  }
  const fromRequest = async () => {
    if (query === undefined) throw unknownDocument;
    return { query };
  };
  try {
    return { ...request, query: (await documents.get(sha256, fromRequest)).value.query };
  } catch (error) {
    if (error === unknownDocument) return undefined;
    throw error;
  }
}

/** The error upon which clients send the document with its hash. */
export const persistedQueryNotFound = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
};
