import { type DocumentNode, GraphQLError, parse, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { AppDependencies } from '../app-dependencies.ts';
import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';
import type { GraphqlContext } from './builder/builder.ts';
import { toGraphqlError } from './errors.ts';
import { schema } from './executable-schema.ts';
import { checkLimits } from './limits.ts';
import { persistedQueryNotFound, resolvePersistedQuery } from './persisted-queries.ts';
import { type GraphqlRequest, graphqlResponse } from './schema.ts';

/** Rejects a document that is too long to read or too heavy to run, and stops at the first mistakes of one. */
const limits: Plugin = {
  onParse: ({ setParseFn }) =>
    setParseFn((source, options) => {
      const document = parse(source, { ...options, maxTokens: graphqlLimits.tokens });
      checkLimits(document);
      return document;
    }),
  onValidate: ({ setValidationFn }) =>
    setValidationFn((schema, document, rules) => validate(schema, document, rules, { maxErrors: graphqlLimits.errors })),
};

/** Tells failures of resolvers as REST does; what was not expected goes to the log and not to the caller. */
const problems = (log: Logger): Plugin<GraphqlContext> => ({
  onExecute: ({ context }) => ({
    onExecuteDone({ result, setResult }) {
      if (!('errors' in result) || result.errors === undefined) return;
      const unexpected = (error: unknown) =>
        log[logLevelFor(error, 'error')]({ request_id: context.requestId, error }, 'A GraphQL field failed');
      setResult({ ...result, errors: result.errors.map((error) => toGraphqlError(error, context.requestId, unexpected)) });
    },
  }),
});

const masked = { maskError: (error: unknown) => (error instanceof GraphQLError ? error : new GraphQLError('Unexpected error.')) };

/** Documents that are kept as they were parsed: each may take as much memory as hundreds of its kind in text. */
const parsed = 100;

/** Runs requests over the schema: GraphQL over HTTP as `application/json` has it, where failures are in the answer's `errors`. */
export function createExecutor({ log, documents }: Pick<AppDependencies, 'log' | 'documents'>) {
  const yoga = createYoga<GraphqlContext>({
    schema,
    graphqlEndpoint: endpoints.graphql.path,
    plugins: [limits, problems(log)],
    parserAndValidationCache: {
      documentCache: new LRUCache<string, DocumentNode>({ max: parsed }),
      errorCache: new LRUCache<string, Error>({ max: parsed }),
    },
    batching: { limit: graphqlLimits.batch },
    graphiql: false,
    landingPage: false,
    logging: false,
    cors: false,
    maskedErrors: masked,
  });
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  const url = `http://localhost${endpoints.graphql.path}`;
  return async (request: GraphqlRequest, context: GraphqlContext) => {
    const whole = await Promise.all([request].flat().map((one) => resolvePersistedQuery(one, documents)));
    if (whole.includes(undefined)) return Array.isArray(request) ? whole.map(() => persistedQueryNotFound) : persistedQueryNotFound;
    const sent = Array.isArray(request) ? whole : whole[0];
    const response = await yoga.fetch(url, { method: 'POST', headers, body: JSON.stringify(sent), signal: context.signal }, context);
    return graphqlResponse.parse(await response.json());
  };
}
