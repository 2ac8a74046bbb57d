import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { checkLimits } from './limits.ts';

/** A document that can be executed, or why it cannot. */
export type PreparedDocument = { readonly document: DocumentNode } | { readonly errors: readonly GraphQLError[] };

/** Entries of the cache: a parsed document can take hundreds of times the memory of its text. */
const maxDocuments = 100;

/** Codes as other GraphQL servers have them. */
type Code = 'BAD_REQUEST' | 'GRAPHQL_PARSE_FAILED' | 'GRAPHQL_VALIDATION_FAILED' | 'OPERATION_RESOLUTION_FAILURE';

/** The error with a code, unless it has one. */
export function withCode(error: GraphQLError, code: Code): GraphQLError {
  const { message, nodes, source, positions, path, originalError } = error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { code, ...error.extensions } });
}

/** Parses and validates each document once. Rejects those beyond `graphqlLimits`, and stops validation after its first errors. */
export function createDocumentCache(schema: GraphQLSchema): (query: string) => PreparedDocument {
  const documents = new LRUCache<string, { readonly document: DocumentNode }>({ max: maxDocuments });
  function parseWithinLimits(query: string): PreparedDocument {
    try {
      const document = parse(query, { maxTokens: graphqlLimits.tokens });
      checkLimits(document);
      return { document };
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return { errors: [withCode(error, 'GRAPHQL_PARSE_FAILED')] };
    }
  }
  return (query) => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    const parsed = parseWithinLimits(query);
    if ('errors' in parsed) return parsed;
    const errors = validate(schema, parsed.document, undefined, { maxErrors: graphqlLimits.errors });
    if (errors.length > 0) return { errors: errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) };
    documents.set(query, parsed);
    return parsed;
  };
}
