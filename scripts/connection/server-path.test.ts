import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from './connect.ts';

const path = '/k8s/clusters/c-xyz';
const folder = mkdtempSync(join(tmpdir(), 'leyenda-path-'));
const requested: string[] = [];
/** A proxy that has the cluster at a path, as Rancher does. */
const proxy = createServer(({ url = '' }, response) => {
  requested.push(url);
  const pods = { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] };
  const body = url.endsWith('/api/v1') ? pods : { metadata: { resourceVersion: '1' }, items: [] };
  response.end(url.includes('watch=true') ? '' : JSON.stringify(body));
});
const before = process.env.KUBECONFIG;

beforeAll(async () => {
  proxy.on('upgrade', ({ url = '' }, socket) => {
    requested.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const cluster = { server: `http://127.0.0.1:${port}${path}/`, 'insecure-skip-tls-verify': true };
  const [name, user] = ['rancher', { token: 'T' }];
  process.env.KUBECONFIG = join(folder, 'config');
  writeFileSync(
    process.env.KUBECONFIG,
    JSON.stringify({
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': name },
      clusters: [{ name, cluster }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
    }),
  );
});
afterAll(() => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
  rmSync(folder, { recursive: true });
  proxy.close();
});

test('keeps the path of the API server for requests, watches and port-forwards', async () => {
  const { cluster } = connect();
  const pods = { apiVersion: 'v1', kind: 'Pod', namespace: 'shop' };
  await cluster.list(pods, pods.namespace);
  await cluster.watch(pods, '1', () => {}, new AbortController().signal).catch(() => {});
  await expect(cluster.forward({ ...pods, name: 'api-1' }, 8080)).rejects.toBeDefined();
  const collection = `${path}/api/v1/namespaces/shop/pods`;
  expect(requested[0]).toBe(`${path}/api/v1`);
  expect(requested).toContainEqual(expect.stringMatching(new RegExp(`^${collection}\\?.*watch=true`)));
  expect(requested.at(-1)).toBe(`${collection}/api-1/portforward?ports=8080`);
  expect(requested.filter((url) => !url.startsWith(`${path}/api/`))).toEqual([]);
});
