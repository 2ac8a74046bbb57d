import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { ports } from '../../contract/ports.ts';
import type { KubeObject } from '../cluster/objects.ts';
import { forwardToPods } from './pods.ts';

const pod = (name: string, component: string, ready = 'True'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'n', labels: { component } },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

test('connections go to the ready pods in turn, and the metrics of every pod are read', async () => {
  const server = createServer((request, response) => response.end(`${request.url} of ${request.headers.host}`)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const pods = [pod('a', 'api'), pod('b', 'api'), pod('c', 'api', 'False'), pod('g', 'graphql'), pod('w', 'worker')];
  const forwarded: string[] = [];
  const cluster = {
    list: async (_: object, namespace: string, selector = '') =>
      pods.filter(
        ({ metadata }) =>
          namespace === 'n' && selector === `app.kubernetes.io/part-of=p,app.kubernetes.io/component=${metadata.labels?.component}`,
      ),
    forward: async ({ name }: { name: string }, to: number) => {
      forwarded.push(`${name}:${to}`);
      const socket = connect(port ?? 0, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    },
  };
  const { origins, read, close } = await forwardToPods({ cluster, namespace: 'n', prefix: 'p', ports });
  const headers = { connection: 'close' };
  for (let call = 0; call < 3; call += 1)
    expect(await (await fetch(`${origins.http}/health`, { headers })).text()).toMatch(/^\/health of /);
  await fetch(`${origins.graphql}/graphql`, { headers });
  expect(forwarded).toEqual(['a:8080', 'b:8080', 'a:8080', 'g:8001']);
  const texts = await read(new AbortController().signal);
  expect([...texts]).toEqual(['a', 'b', 'g', 'w'].map((name) => [name, '/metrics of localhost']));
  close();
  server.closeAllConnections();
  server.close();
});
