import { execute, GraphQLError, getOperationAST } from 'graphql';
import { endpoints } from '../../contract/endpoints/index.ts';
import { logLevelFor } from '../database/outage-log.ts';
import type { Logger } from '../telemetry/log.ts';
import { traced } from '../telemetry/traced.ts';
import type { GraphqlContext } from './builder/builder.ts';
import { createDocumentCache, withCode } from './documents.ts';
import { toGraphqlError } from './errors.ts';
import { schema } from './executable-schema.ts';
import { type PersistedDocuments, persistedQueryNotFound, resolvePersistedQuery } from './persisted-queries.ts';
import type { GraphqlRequest, GraphqlResponse, OperationRequest } from './schema.ts';

const failed = (...errors: readonly GraphQLError[]) => ({ errors: errors.map((error) => ({ ...error.toJSON() })) });
const noQuery = withCode(new GraphQLError('Must provide query string.'), 'BAD_REQUEST');
const noOperation = withCode(new GraphQLError('Could not determine what operation to execute.'), 'OPERATION_RESOLUTION_FAILURE');

/** Executes GraphQL-over-HTTP requests with the media type `application/json`: errors are in the body, the status is 200. */
export function createExecutor({ log, documents }: { readonly log: Logger; readonly documents: PersistedDocuments }) {
  const prepare = createDocumentCache(schema);

  /** Converts errors of resolvers to the errors that callers receive; unexpected ones are logged. */
  const convertErrors = (errors: readonly GraphQLError[], ids: GraphqlContext) => {
    const onUnexpected = (error: unknown) =>
      log[logLevelFor(error, 'error')]({ request_id: ids.requestId, route: endpoints.graphql.path, error }, 'A GraphQL field failed');
    return failed(...errors.map((error) => toGraphqlError(error, ids, onUnexpected)));
  };

  async function run({ query, operationName, variables }: OperationRequest, context: GraphqlContext) {
    if (query === undefined) return failed(noQuery);
    const prepared = prepare(query);
    if ('errors' in prepared) return failed(...prepared.errors);
    const { document } = prepared;
    const operation = getOperationAST(document, operationName);
    if (!operation) return failed(noOperation);
    const { data, errors } = await traced(
      () => ({ name: operation.operation, kind: 'internal', attributes: { 'graphql.operation.type': operation.operation } }),
      async () => execute({ schema, document, contextValue: context, variableValues: variables, operationName }),
    );
    // Without data, the variables were rejected.
    return { ...(data === undefined ? {} : { data }), ...(errors && convertErrors(errors, context)) };
  }

  return async (request: GraphqlRequest, context: GraphqlContext): Promise<GraphqlResponse> => {
    const requests = await Promise.all([request].flat().map((item) => resolvePersistedQuery(item, documents)));
    const found = requests.filter((item) => item !== undefined);
    if (found.length < requests.length) return Array.isArray(request) ? requests.map(() => persistedQueryNotFound) : persistedQueryNotFound;
    const responses = await Promise.all(found.map((item) => run(item, context)));
    const [response] = responses;
    return Array.isArray(request) || response === undefined ? responses : response;
  };
}
