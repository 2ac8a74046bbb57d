import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { type Endpoint, endpointGroups } from '../../contract/endpoints/endpoint.ts';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import { type ProblemCode, problems } from '../../contract/errors.ts';
import { product } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { requiredPermissions } from '../http/authorisation.ts';
import { errorFormatOf } from '../http/error-formats.ts';
import { jsonText } from '../http/json-text.ts';
import { Problem } from '../http/problem.ts';
import { openAiErrorResponse, problemResponse } from '../http/problem-schemas.ts';
import { type EventSchemas, numberedErrorData, numberedEvent } from '../http/server-sent-events.ts';
import { sessionCookieNames } from '../http/session-cookie.ts';
import { type Answer, isDeclared, type Shape, type Shapes } from '../http/shape.ts';
import { headerReferences, registerHeaders } from './header-components.ts';
import { problemsOf } from './problems.ts';

const schemaOf = (form: Endpoint['errorFormat']) => (form === 'openai' ? openAiErrorResponse : problemResponse);

/** A problem's code and an example of it in the endpoint's error format. */
const exampleOf = (endpoint: Endpoint, code: ProblemCode) => {
  const value = errorFormatOf(endpoint).body(new Problem(code), { requestId: '3f0c9a52-7f0e-4c67-8f3b-0d5f3a1f9f0e' });
  return [code, { summary: problems[code].title, value }] as const;
};

/** The error responses of an endpoint by status code. */
function errorResponses(name: EndpointName, shape: Shape): [string, ResponseConfig][] {
  const endpoint = endpointOf(name);
  const { type, status } = errorFormatOf(endpoint);
  const byStatus = Object.groupBy(problemsOf(name, shape), (code) => String(status(new Problem(code))));
  return Object.entries(byStatus).map(([httpStatus, codes = []]) => {
    const examples = Object.fromEntries(codes.map((code) => exampleOf(endpoint, code)));
    return [
      httpStatus,
      {
        description: codes.map((code) => `${problems[code].title} (${code}). ${problems[code].remedy}`).join(' '),
        headers: headerReferences(name, shape, Number(httpStatus)),
        content: { [type]: { schema: schemaOf(endpoint.errorFormat), examples } },
      },
    ];
  });
}

/** One parsed event: OpenAPI 3.1 cannot describe the stream itself. */
const eventsOf = (events: EventSchemas) =>
  z
    .union(Object.entries({ ...events, error: problemResponse }).map(([event, data]) => z.object({ event: z.literal(event), data })))
    .describe('Server-sent events with a name and JSON data; `error` ends a stream that failed');

const numberedEventsOf = (events: EventSchemas) =>
  z
    .union(
      Object.entries({ ...events, error: numberedErrorData }).map(([event, data]) =>
        z.object({ event: z.literal(event), data: numberedEvent(z.literal(event)).and(data) }),
      ),
    )
    .describe('Server-sent events with a name and JSON data; `error` ends a stream that failed');

/** The parts of a stream: named events or unnamed chunks; the last one may be an error. */
function streamOf(answer: Answer) {
  if (answer.kind === 'jsonOrEvents') return { 'text/event-stream': { schema: eventsOf(answer.events) } };
  if (answer.kind === 'jsonOrNumberedEvents') return { 'text/event-stream': { schema: numberedEventsOf(answer.events) } };
  if (answer.kind !== 'jsonOrChunks') return {};
  const schema = z
    .union([answer.chunk, openAiErrorResponse])
    .describe('Server-sent events without names, then `[DONE]`; an error ends the stream');
  return { 'text/event-stream': { schema } };
}

const descriptions: Readonly<Partial<Record<Answer['kind'], string>>> = {
  noContent: 'Done',
  file: 'The file',
  jsonLines: 'JSON Lines: each line is a value of this schema',
  jsonOrEvents: 'JSON, or events if the client accepts text/event-stream',
  jsonOrNumberedEvents: 'JSON, or events if `stream` is true',
  jsonOrChunks: 'JSON, or events if `stream` is true',
};

function successResponse(name: EndpointName, shape: Shape): ResponseConfig {
  const { answer } = shape;
  const content = Object.entries(answer.content).map(([type, schema]) => [type, { schema }] as const);
  return {
    description: descriptions[answer.kind] ?? 'OK',
    headers: headerReferences(name, shape, answer.status),
    content: { ...Object.fromEntries(content), ...streamOf(answer) },
  };
}

/** The 304 of an endpoint with an ETag. */
const notModified = (name: EndpointName, shape: Shape): [string, ResponseConfig][] =>
  endpointOf(name).conditional ? [['304', { description: 'Not modified', headers: headerReferences(name, shape, 304) }]] : [];

/** Request headers of the endpoint other than those of every request. */
const requestHeaders = (name: EndpointName) =>
  endpointOf(name).idempotent
    ? {
        headers: z.object({
          'Idempotency-Key': z
            .string()
            .min(1)
            .max(255)
            .optional()
            .describe('A retry with the same key returns the same response, for 24 hours'),
        }),
      }
    : {};

/** The parameters of a path or of a query string. */
const parameters = (schema: z.ZodType) => (schema instanceof z.ZodObject ? schema : z.object({}));

/** The first two are sent as `Authorization: Bearer`. */
const schemes = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key' },
  accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token, from /auth/login' },
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookieNames.https,
    description: `The cookie of a browser, from /auth/session; over http its name is ${sessionCookieNames.http}`,
  },
} as const;

/** What an endpoint does, and what it requires. */
function descriptionOf(endpoint: Endpoint): string {
  const required = [...new Set(requiredPermissions(endpoint))].map((name) => `\`${name}\``);
  return `${endpoint.description}\n\n${required.length === 0 ? 'Requires no credential.' : `Requires ${required.join(' and ')}.`}`;
}

/** The groups of these endpoints, in the order of the contract. */
function tagsOf(served: readonly EndpointName[]) {
  const groups = new Set<string>(served.map((name) => endpointOf(name).group));
  return Object.entries(endpointGroups).flatMap(([name, description]) => (groups.has(name) ? [{ name, description }] : []));
}

/** The body as a form: the fields of the JSON body, one of which takes a file. */
function formContent({ body, fileField }: Shape) {
  if (fileField === undefined || !(body instanceof z.ZodObject)) return {};
  const file = z.string().optional().meta({ contentMediaType: 'application/octet-stream', description: 'A file; or a text as in JSON' });
  return { 'multipart/form-data': { schema: z.strictObject({ ...body.shape, [fileField]: file }) } };
}

/** OpenAPI 3.1 of the endpoints that a listener serves, from the contract and the shapes that the server validates with. */
function openApiDocument(version: string, served: readonly EndpointName[], shapes: Shapes) {
  const registry = new OpenAPIRegistry();
  registerHeaders(registry);
  for (const [scheme, description] of Object.entries(schemes)) registry.registerComponent('securitySchemes', scheme, description);
  for (const name of served) {
    const endpoint = endpointOf(name);
    const { method, path, permission, summary, group } = endpoint;
    const shape = shapes[name];
    const lines =
      shape.linesField === undefined ? {} : { 'application/jsonl': { schema: z.string().describe(`One of ${shape.linesField} per line`) } };
    const body = { required: true, content: { 'application/json': { schema: shape.body }, ...lines, ...formContent(shape) } };
    registry.registerPath({
      operationId: name,
      tags: [group],
      method: lower[method],
      path: path.replace(/:(\w+)/g, '{$1}'),
      summary,
      description: descriptionOf(endpoint),
      security: permission === 'public' ? [] : Object.keys(schemes).map((scheme) => ({ [scheme]: [] })),
      request: {
        params: parameters(shape.params),
        query: parameters(shape.query),
        ...requestHeaders(name),
        ...(isDeclared(shape.body) ? { body } : {}),
      },
      responses: Object.fromEntries([
        [String(shape.answer.status), successResponse(name, shape)],
        ...notModified(name, shape),
        ...errorResponses(name, shape),
      ]),
    });
  }
  const { title, description, license } = product;
  const info = { title, version, description, ...contact, license: { name: license, identifier: license } };
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: tagsOf(served),
  });
}

/** An e-mail address or a URL. */
const contact = team.contact === '' ? {} : { contact: { [team.contact.includes('://') ? 'url' : 'email']: team.contact } };

const lower = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

const texts = new Map<string, string>();

/** The document as JSON text; built once per list of endpoints. */
export function openApiText(version: string, served: readonly EndpointName[], shapes: Shapes): string {
  const key = [version, ...served].join();
  const text = texts.get(key) ?? jsonText(openApiDocument(version, served, shapes));
  texts.set(key, text);
  return text;
}
