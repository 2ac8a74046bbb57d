import * as z from 'zod';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { json, noInput, text } from '../http/shape.ts';

const persistedQuery = z.object({
  version: z.literal(1),
  sha256Hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe('SHA-256 of the document, in hexadecimal'),
});

/** GraphQL over HTTP with automatic persisted queries. */
const operationRequest = z.object({
  query: z.string().max(graphqlLimits.characters).optional().describe('The document; optional if it was sent before with its hash'),
  operationName: z.string().nullish().describe('The operation to run; optional if the document has only one'),
  variables: z.record(z.string(), z.unknown()).nullish().describe('Values of the variables of the operation'),
  extensions: z
    .looseObject({ persistedQuery: persistedQuery.optional().describe('A document that was sent before') })
    .nullish()
    .describe('Automatic persisted queries'),
});
export type OperationRequest = z.output<typeof operationRequest>;

const graphqlRequest = z
  .union([operationRequest, z.array(operationRequest).min(1).max(graphqlLimits.batch)])
  .meta({ id: 'GraphqlRequest', examples: [{ query: '{ systemMetrics { requestsTotal errorRate } }' }] });

export type GraphqlRequest = z.output<typeof graphqlRequest>;

const error = z.looseObject({
  message: z.string().describe('What failed'),
  extensions: z.record(z.string(), z.unknown()).optional().describe('The fields of a problem; `code` is the same as in REST'),
});
const operationResponse = z.object({
  data: z.record(z.string(), z.unknown()).nullish().describe('The fields that were requested'),
  errors: z.array(error).optional().describe('Errors of the document or of its fields'),
});
export const graphqlResponse = z
  .union([operationResponse, z.array(operationResponse)])
  .meta({ id: 'GraphqlResponse', examples: [{ data: { systemMetrics: { requestsTotal: 12, errorRate: 0 } } }] });

/** A response before its validation. */
export type GraphqlResponse = z.input<typeof graphqlResponse>;

export const graphqlShapes = {
  graphql: { ...noInput, body: graphqlRequest, answer: json(graphqlResponse) },
  graphiql: { ...noInput, answer: text('text/html') },
  graphiqlFile: {
    ...noInput,
    params: z.object({ file: z.string().max(100).describe('The name of the file') }),
    answer: text('text/javascript', 'text/css', 'image/svg+xml'),
  },
};
