import { OpenAPIRegistry, OpenApiGeneratorV31, type ResponseConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { type EndpointName, endpoints } from '../contract/endpoints.ts';
import { type ProblemCode, problems } from '../contract/errors.ts';
import { product } from '../contract/product.ts';
import { answering, type Route } from '../http/route.ts';
import { problemResponse } from './schema.ts';

const isEndpoint = (name: string): name is EndpointName => name in endpoints;

/** The problems that an endpoint may answer with, from what the contract and its route say of it. */
function problemsOf(name: EndpointName, route: Pick<Route, 'body'>): ProblemCode[] {
  const { permission, rateLimit } = endpoints[name];
  return [
    ...(route.body === undefined ? [] : (['malformed_json', 'payload_too_large', 'unsupported_media_type', 'invalid_request'] as const)),
    ...(permission === 'public' ? [] : (['unauthorized', 'forbidden', 'model_failed', 'timeout'] as const)),
    ...(rateLimit === 'exempt' ? [] : (['rate_limited', 'misdirected_host'] as const)),
    'internal',
    'unavailable',
  ];
}

const problemAnswer = (code: ProblemCode): ResponseConfig => ({
  description: `${problems[code].title} (${code}). ${problems[code].remedy}`,
  content: { 'application/problem+json': { schema: problemResponse } },
});

const okAnswer = ({ answer }: Route): ResponseConfig => ({
  description: 'OK',
  content: 'schema' in answer ? { 'application/json': { schema: answer.schema } } : { [answer.type]: { schema: { type: 'string' } } },
});

/** This API as OpenAPI 3.1, from the contract's endpoints and the schemas that the routes check with. */
function openApiDocument(routes: Readonly<Record<EndpointName, Route>>, version: string) {
  const registry = new OpenAPIRegistry();
  const scheme = registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer', description: 'An API key' });
  for (const [name, route] of Object.entries(routes)) {
    if (!isEndpoint(name)) continue;
    const { method, path, permission, summary, group } = endpoints[name];
    registry.registerPath({
      operationId: name,
      tags: [group],
      method: method === 'GET' ? 'get' : 'post',
      path: path.replace(/:(\w+)/g, '{$1}'),
      summary,
      security: permission === 'public' ? [] : [{ [scheme.name]: [] }],
      request: {
        params: z.object(Object.fromEntries([...path.matchAll(/:(\w+)/g)].map(([, part = '']) => [part, z.string()]))),
        ...(route.body === undefined ? {} : { body: { required: true, content: { 'application/json': { schema: route.body } } } }),
      },
      responses: Object.fromEntries([
        ['200', okAnswer(route)],
        ...problemsOf(name, route).map((code) => [String(problems[code].status), problemAnswer(code)] as const),
      ]),
    });
  }
  const { title, description, license } = product;
  const info = { title, version, description, license: { name: license, identifier: license } };
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({ openapi: '3.1.0', info, servers: [{ url: '/' }] });
}

/** Answers the document, made at the first call: a start does not wait for it. */
export function openApiRoute(routes: () => Readonly<Record<EndpointName, Route>>, version: string): Route {
  let document: ReturnType<typeof openApiDocument> | undefined;
  return answering(z.looseObject({ openapi: z.string() }), () => {
    document ??= openApiDocument(routes(), version);
    return { ...document };
  });
}
