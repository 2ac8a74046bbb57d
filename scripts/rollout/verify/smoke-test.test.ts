import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { product } from '../../../contract/product.ts';
import { Deadline } from '../../cluster/clock.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import { createFakeApi } from '../../cluster/testing/fake-api.ts';
import { smokeTest } from './smoke-test.ts';

type Answers = Readonly<Record<string, readonly [number, object]>>;
const good: Answers = {
  'GET /health': [200, { status: 'healthy', release: 'r2' }],
  'GET /ready': [
    200,
    { status: 'ready', dependencies: { database: { required: true, state: 'up' }, cache: { required: false, state: 'down' } } },
  ],
  'POST /api/v4/generate': [401, {}],
};

const limitsOf = ({ clock }: Cluster) => ({ settleSeconds: 0, deadline: new Deadline(clock, 60) });

/** Tests an HTTP server behind a Service of one ready and one unready pod. */
async function smokeOf(answers: Answers) {
  const hosts = new Set<string | undefined>();
  const server = createServer((request, response) => {
    hosts.add(request.headers.host);
    const [status, body] = answers[`${request.method} ${request.url}`] ?? [404, {}];
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const requested = new Set<string>();
  const api = createFakeApi();
  api.objects.set('/apis/discovery.k8s.io/v1/namespaces/n/endpointslices/s', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 's', namespace: 'n', labels: { 'kubernetes.io/service-name': `${product.name}-service` } },
    ports: [{ name: 'http', port }],
    endpoints: [
      { conditions: { ready: true }, targetRef: { name: 'new' } },
      { conditions: { ready: false }, targetRef: { name: 'leaving' } },
    ],
  });
  const cluster = createCluster(api.transport, async (pod, to) => {
    requested.add(pod.name);
    return connect(to, '127.0.0.1');
  });
  const expected = { namespace: 'n', release: 'r2', host: 'api.example.com' };
  const result = await smokeTest(cluster, expected, limitsOf(cluster), new AbortController().signal);
  server.close();
  return { result, requested: [...requested], hosts: [...hosts] };
}

describe('smokeTest', () => {
  test('passes if every ready endpoint responds as the new release, with a trusted host', async () => {
    const { result, requested, hosts } = await smokeOf(good);
    expect(result).toEqual({ passed: true, failures: [], endpoints: 1, releases: ['r2'] });
    expect({ requested, hosts }).toEqual({ requested: ['new'], hosts: ['api.example.com'] });
  });

  test.each<[string, Answers, RegExp]>([
    ['another release answers', { 'GET /health': [200, { status: 'healthy', release: 'r1' }] }, /release r1 responds instead of r2/],
    ['it is not ready', { 'GET /ready': [503, {}] }, /GET \/ready returned 503 instead of 200/],
    [
      'what it requires has gone away',
      { 'GET /ready': [200, { status: 'ready', dependencies: { database: { required: true, state: 'down' } } }] },
      /new: database is down/,
    ],
    ['captions are written without a key', { 'POST /api/v4/generate': [200, {}] }, /generate returned 200 instead of 401/],
    ['the health answer has another body', { 'GET /health': [200, { release: 'r2' }] }, /reports no status/],
  ])('fails with pod and response if %s', async (_what, wrong, expected) => {
    const { result } = await smokeOf({ ...good, ...wrong });
    expect(result).toMatchObject({ passed: false, failedPod: 'new', failures: [expect.stringMatching(expected)] });
  });

  test('fails if the Service has no endpoint', async () => {
    const cluster = createCluster(createFakeApi().transport, () => Promise.reject(new Error('no pod')));
    const result = await smokeTest(
      cluster,
      { namespace: 'n', release: undefined, host: 'x' },
      limitsOf(cluster),
      new AbortController().signal,
    );
    expect(result).toMatchObject({ passed: false, failures: [`Service/${product.name}-service has no ready endpoint`] });
  });
});
