import * as z from 'zod';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { json, noInput, text } from '../http/shape.ts';

/** GraphQL over HTTP with automatic persisted queries. */
const operationRequest = z.object({
  query: z.string().max(graphqlLimits.characters).optional().describe('The document; optional if it was sent before with its hash'),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  extensions: z
    .looseObject({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: z.string().regex(/^[0-9a-f]{64}$/) }).optional() })
    .nullish(),
});
export type OperationRequest = z.output<typeof operationRequest>;

const graphqlRequest = z
  .union([operationRequest, z.array(operationRequest).min(1).max(graphqlLimits.batch)])
  .meta({ id: 'GraphqlRequest', examples: [{ query: '{ systemMetrics { requestsTotal errorRate } }' }] });

export type GraphqlRequest = z.output<typeof graphqlRequest>;

const operationResponse = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.looseObject({ message: z.string(), extensions: z.record(z.string(), z.unknown()).optional() })).optional(),
});
export const graphqlResponse = z
  .union([operationResponse, z.array(operationResponse)])
  .meta({ id: 'GraphqlResponse', examples: [{ data: { systemMetrics: { requestsTotal: 12, errorRate: 0 } } }] });

export const graphqlShapes = {
  graphql: { ...noInput, body: graphqlRequest, answer: json(graphqlResponse) },
  graphiql: { ...noInput, answer: text('text/html') },
  graphiqlFile: { ...noInput, params: z.object({ file: z.string().max(100) }), answer: text('text/javascript', 'text/css') },
};
