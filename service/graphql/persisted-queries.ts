import { hash } from 'node:crypto';
import * as z from 'zod';
import type { Cache } from '../cache/cache.ts';
import { Problem } from '../http/problem.ts';
import type { OperationRequest } from './schema.ts';

/** What the cache holds of a document. */
export const persistedDocument = z.object({ query: z.string() });
export type PersistedDocuments = Cache<z.output<typeof persistedDocument>>;

const unknown = new Error('no such document');

/**
 * A request with its document in it (automatic persisted queries): a hash alone stands for a document that was sent with it
 * before; undefined where it was not.
 * @throws {Problem} `invalid_request` when the hash is another document's
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
  const make = async () => {
    if (query === undefined) throw unknown;
    return { query };
  };
  try {
    return { ...request, query: (await documents.get(sha256, make)).value.query };
  } catch (error) {
    if (error === unknown) return undefined;
    throw error;
  }
}

/** The word on which clients send the document again, with its hash. */
export const persistedQueryNotFound = {
  errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
};
