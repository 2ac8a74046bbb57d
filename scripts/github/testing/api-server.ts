import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { EnvironmentName } from '../../../manifests/environments/index.ts';
import { synthesize } from '../../../manifests/synth.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import type { ApiRequest } from '../../cluster/transport.ts';

/** The fake API server on a real port, for a separate process. It serves every kind of an environment, without controllers. */
export async function startApiServer(environment: EnvironmentName) {
  const fake = createFakeApi();
  const objects = synthesize(environment).flatMap((chart) => chart.objects);
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const kinds = new Set(objects.filter(({ apiVersion }) => rootOf(apiVersion) === pathname).map(({ kind }) => kind));
    const found = await fake.transport({
      method: methods.find((method) => method === request.method) ?? 'GET',
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: await bodyOf(request),
    });
    const known: unknown = JSON.parse(found.text);
    const resources = [...kinds].map((kind) => ({ name: pluralOf(kind), kind, namespaced: true }));
    const reply =
      resources.length > 0 ? { status: 200, body: { resources: [...listOf(known), ...resources] } } : { status: found.status, body: known };
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

const methods: readonly ApiRequest['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const rootOf = (apiVersion: string): string => (apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`);
const pluralOf = (kind: string): string => kind.toLowerCase().replace(/y$/, 'ie').replace(/(ss)$/, '$1e').concat('s');
const listOf = (known: unknown): unknown[] =>
  typeof known === 'object' && known !== null && 'resources' in known && Array.isArray(known.resources) ? known.resources : [];

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const body = await text(request);
  return body === '' ? undefined : JSON.parse(body);
}
