import { type DocumentNode, GraphQLError, parse, validate } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { endpoints } from '../../contract/endpoints.ts';
import { graphqlLimits } from '../../contract/operations.ts';
import { levelOf } from '../adapters/outage-log.ts';
import type { AppDependencies } from '../app-dependencies.ts';
import type { Logger } from '../telemetry/log.ts';
import { schema } from './build.ts';
import type { GraphqlContext } from './builder.ts';
import { told } from './errors.ts';
import { checkLimits } from './limits.ts';
import { notFound, withDocument } from './persisted.ts';
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
        log[levelOf(error, 'error')]({ request_id: context.requestId, error }, 'A GraphQL field failed');
      setResult({ ...result, errors: result.errors.map((error) => told(error, context.requestId, unexpected)) });
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
    const whole = await Promise.all([request].flat().map((one) => withDocument(one, documents)));
    if (whole.includes(undefined)) return Array.isArray(request) ? whole.map(() => notFound) : notFound;
    const sent = Array.isArray(request) ? whole : whole[0];
    const response = await yoga.fetch(url, { method: 'POST', headers, body: JSON.stringify(sent), signal: context.signal }, context);
    return graphqlResponse.parse(await response.json());
  };
}
