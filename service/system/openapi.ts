import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import type { Endpoint } from '../contract/endpoints/endpoint.ts';
import { type EndpointName, endpointNames, endpointOf } from '../contract/endpoints.ts';
import { problems } from '../contract/errors.ts';
import { product } from '../contract/product.ts';
import { errorFormOf } from '../http/error-forms.ts';
import { Problem } from '../http/problem.ts';
import { isTaken, type Shape } from '../http/shape.ts';
import { problemsOf } from '../problems-of.ts';
import { shapes } from '../shapes.ts';
import { openAiErrorResponse, problemResponse } from './schema.ts';

const schemaOf = (form: Endpoint['errorForm']) => (form === 'openai' ? openAiErrorResponse : problemResponse);

/** The errors of an endpoint by their status. */
function errorAnswers(name: EndpointName): [string, ResponseConfig][] {
  const endpoint = endpointOf(name);
  const { type, status } = errorFormOf(endpoint);
  const byStatus = Object.groupBy(problemsOf(name), (code) => String(status(new Problem(code))));
  return Object.entries(byStatus).map(([answered, codes = []]) => [
    answered,
    {
      description: codes.map((code) => `${problems[code].title} (${code}). ${problems[code].remedy}`).join(' '),
      content: { [type]: { schema: schemaOf(endpoint.errorForm) } },
    },
  ]);
}

const okAnswer = ({ answer }: Shape): ResponseConfig => ({
  description: answer.status === 204 ? 'Done' : 'OK',
  content: Object.fromEntries(Object.entries(answer.content).map(([type, schema]) => [type, { schema }])),
});

/** Headers that an endpoint heeds besides those of every request. */
const headersOf = (name: EndpointName) =>
  endpointOf(name).idempotent
    ? {
        headers: z.object({
          'Idempotency-Key': z.string().min(1).max(255).optional().describe('Again with it: the same answer, for 24 hours'),
        }),
      }
    : {};

/** The parameters of a path or of a query string. */
const parameters = (schema: z.ZodType) => (schema instanceof z.ZodObject ? schema : z.object({}));

/** This API as OpenAPI 3.1, from the contract's endpoints and the shapes that the server checks by. */
export function openApiDocument(version: string) {
  const registry = new OpenAPIRegistry();
  const scheme = registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer', description: 'An API key' });
  for (const name of endpointNames) {
    const { method, path, permission, summary, group } = endpointOf(name);
    const shape: Shape = shapes[name];
    const lines =
      shape.linesAs === undefined ? {} : { 'application/jsonl': { schema: z.string().describe(`One of ${shape.linesAs} a line`) } };
    const body = { required: true, content: { 'application/json': { schema: shape.body }, ...lines } };
    registry.registerPath({
      operationId: name,
      tags: [group],
      method: lower[method],
      path: path.replace(/:(\w+)/g, '{$1}'),
      summary,
      security: permission === 'public' ? [] : [{ [scheme.name]: [] }],
      request: {
        params: parameters(shape.params),
        query: parameters(shape.query),
        ...headersOf(name),
        ...(isTaken(shape.body) ? { body } : {}),
      },
      responses: Object.fromEntries([[String(shape.answer.status), okAnswer(shape)], ...errorAnswers(name)]),
    });
  }
  const { title, description, license } = product;
  const info = { title, version, description, license: { name: license, identifier: license } };
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({ openapi: '3.1.0', info, servers: [{ url: '/' }] });
}

const lower = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;
