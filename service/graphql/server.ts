import { type DocumentNode, GraphQLError, parse, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';
import type { GraphqlContext } from './builder/builder.ts';
import { toGraphqlError } from './errors.ts';
import { schema } from './executable-schema.ts';
import { checkLimits } from './limits.ts';
import { type PersistedDocuments, persistedQueryNotFound, resolvePersistedQuery } from './persisted-queries.ts';
import { type GraphqlRequest, graphqlResponse } from './schema.ts';

/** Rejects documents beyond `graphqlLimits`, and stops validation after its first errors. */
const limitsPlugin: Plugin = {
  onParse: ({ setParseFn }) =>
    setParseFn((source, options) => {
      const document = parse(source, { ...options, maxTokens: graphqlLimits.tokens });
      checkLimits(document);
      return document;
    }),
  onValidate: ({ setValidationFn }) =>
    setValidationFn((schema, document, rules) => validate(schema, document, rules, { maxErrors: graphqlLimits.errors })),
};

/** Converts errors of resolvers to the errors that callers receive; unexpected ones are logged. */
const errorsPlugin = (log: Logger): Plugin<GraphqlContext> => ({
  onExecute: ({ context }) => ({
    onExecuteDone({ result, setResult }) {
      if (!('errors' in result) || result.errors === undefined) return;
      const onUnexpected = (error: unknown) =>
        log[logLevelFor(error, 'error')]({ request_id: context.requestId, error }, 'A GraphQL field failed');
      setResult({ ...result, errors: result.errors.map((error) => toGraphqlError(error, context.requestId, onUnexpected)) });
    },
  }),
});

const maskedErrors = { maskError: (error: unknown) => (error instanceof GraphQLError ? error : new GraphQLError('Unexpected error.')) };

/** Entries of each cache of parsed documents: a parsed document can take hundreds of times the memory of its text. */
const maxParsedDocuments = 100;

/** Executes GraphQL-over-HTTP requests with the media type `application/json`: errors are in the body, the status is 200. */
export function createExecutor({ log, documents }: { readonly log: Logger; readonly documents: PersistedDocuments }) {
  const yoga = createYoga<GraphqlContext>({
    schema,
    graphqlEndpoint: endpoints.graphql.path,
    plugins: [limitsPlugin, errorsPlugin(log)],
    parserAndValidationCache: {
      documentCache: new LRUCache<string, DocumentNode>({ max: maxParsedDocuments }),
      errorCache: new LRUCache<string, Error>({ max: maxParsedDocuments }),
    },
    batching: { limit: graphqlLimits.batch },
    graphiql: false,
    landingPage: false,
    logging: false,
    cors: false,
    maskedErrors,
  });
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const url = `http://localhost${endpoints.graphql.path}`;
  return async (request: GraphqlRequest, context: GraphqlContext) => {
    const requests = await Promise.all([request].flat().map((item) => resolvePersistedQuery(item, documents)));
    if (requests.includes(undefined)) return Array.isArray(request) ? requests.map(() => persistedQueryNotFound) : persistedQueryNotFound;
    const sent = Array.isArray(request) ? requests : requests[0];
    const response = await yoga.fetch(url, { method: 'POST', headers, body: JSON.stringify(sent), signal: context.signal }, context);
    return graphqlResponse.parse(await response.json());
  };
}
