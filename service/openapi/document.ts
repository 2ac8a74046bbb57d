import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import { type ProblemCode, problems } from '../../contract/errors.ts';
import { product } from '../../contract/product.ts';
import { errorFormatOf } from '../http/error-formats.ts';
import { Problem } from '../http/problem.ts';
import type { EventSchemas } from '../http/server-sent-events.ts';
import { type Answer, isDeclared, type Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { openAiErrorResponse, problemResponse } from '../system/schema.ts';
import { headerReferences, registerHeaders } from './header-components.ts';
import { problemsOf } from './problems.ts';

const schemaOf = (form: Endpoint['errorFormat']) => (form === 'openai' ? openAiErrorResponse : problemResponse);

/** A problem as its endpoint tells it, by its code. */
const exampleOf = (endpoint: Endpoint, code: ProblemCode) => {
  const value = errorFormatOf(endpoint).body(new Problem(code), '3f0c9a52-7f0e-4c67-8f3b-0d5f3a1f9f0e');
  return [code, { summary: problems[code].title, value }] as const;
};

/** The errors of an endpoint by their status. */
function errorAnswers(name: EndpointName): [string, ResponseConfig][] {
  const endpoint = endpointOf(name);
  const { type, status } = errorFormatOf(endpoint);
  const byStatus = Object.groupBy(problemsOf(name), (code) => String(status(new Problem(code))));
  return Object.entries(byStatus).map(([answered, codes = []]) => {
    const examples = Object.fromEntries(codes.map((code) => exampleOf(endpoint, code)));
    return [
      answered,
      {
        description: codes.map((code) => `${problems[code].title} (${code}). ${problems[code].remedy}`).join(' '),
        headers: headerReferences(name, Number(answered)),
        content: { [type]: { schema: schemaOf(endpoint.errorFormat), examples } },
      },
    ];
  });
}

/** What each event of a stream is once it is read: OpenAPI 3.1 has no words for the stream itself. */
const eventsOf = (events: EventSchemas) =>
  z
    .union(Object.entries({ ...events, error: problemResponse }).map(([event, data]) => z.object({ event: z.literal(event), data })))
    .describe('Server-sent events: each has a name and JSON data, as one of these; `error` ends a stream that failed');

/** What the parts of a stream are: events with names, or chunks without; the last one may be an error. */
function streamOf(answer: Answer) {
  if (answer.kind === 'jsonOrEvents') return { 'text/event-stream': { schema: eventsOf(answer.events) } };
  if (answer.kind !== 'jsonOrChunks') return {};
  const schema = z.union([answer.chunk, openAiErrorResponse]).describe('Server-sent events without names, then `[DONE]`; an error ends it');
  return { 'text/event-stream': { schema } };
}

const described: Readonly<Partial<Record<Answer['kind'], string>>> = {
  noContent: 'Done',
  jsonLines: 'JSON Lines: each line is a value of this schema',
  jsonOrEvents: 'JSON, or events where the caller accepts text/event-stream',
  jsonOrChunks: 'JSON, or events if `stream` is true',
};

function okAnswer(name: EndpointName, { answer }: Shape): ResponseConfig {
  const content = Object.entries(answer.content).map(([type, schema]) => [type, { schema }] as const);
  return {
    description: described[answer.kind] ?? 'OK',
    headers: headerReferences(name, answer.status),
    content: { ...Object.fromEntries(content), ...streamOf(answer) },
  };
}

/** What an endpoint with an ETag answers if the client has the present version. */
const notModified = (name: EndpointName): [string, ResponseConfig][] =>
  endpointOf(name).conditional ? [['304', { description: 'Not modified', headers: headerReferences(name, 304) }]] : [];

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

/** Either is shown as `Authorization: Bearer`. */
const schemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key' },
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token, from /auth/login' },
} as const;

/** The endpoints that a listener serves as OpenAPI 3.1, from the contract and the shapes that the server checks by. */
function openApiDocument(version: string, served: readonly EndpointName[]) {
  const registry = new OpenAPIRegistry();
  registerHeaders(registry);
  for (const [scheme, description] of Object.entries(schemes)) registry.registerComponent('securitySchemes', scheme, description);
  for (const name of served) {
    const { method, path, permission, summary, group } = endpointOf(name);
    const shape: Shape = shapes[name];
    const lines =
      shape.linesField === undefined ? {} : { 'application/jsonl': { schema: z.string().describe(`One of ${shape.linesField} a line`) } };
    const body = { required: true, content: { 'application/json': { schema: shape.body }, ...lines } };
    registry.registerPath({
      operationId: name,
      tags: [group],
      method: lower[method],
      path: path.replace(/:(\w+)/g, '{$1}'),
      summary,
      security: permission === 'public' ? [] : Object.keys(schemes).map((scheme) => ({ [scheme]: [] })),
      request: {
        params: parameters(shape.params),
        query: parameters(shape.query),
        ...headersOf(name),
        ...(isDeclared(shape.body) ? { body } : {}),
      },
      responses: Object.fromEntries([[String(shape.answer.status), okAnswer(name, shape)], ...notModified(name), ...errorAnswers(name)]),
    });
  }
  const { title, description, license } = product;
  const info = { title, version, description, license: { name: license, identifier: license } };
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({ openapi: '3.1.0', info, servers: [{ url: '/' }] });
}

const lower = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

const texts = new Map<string, string>();

/** The document as it is served, in JSON; made once for a list of endpoints. */
export function openApiText(version: string, served: readonly EndpointName[]): string {
  const key = [version, ...served].join();
  const text = texts.get(key) ?? JSON.stringify(openApiDocument(version, served));
  texts.set(key, text);
  return text;
}
