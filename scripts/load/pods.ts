import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { endpoints } from '../../contract/endpoints/index.ts';
import type { Ports } from '../../contract/ports.ts';
import { metadataKeys, type Names } from '../../contract/product.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import { Failure } from '../cli/failure.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type KubeObject, type Ref, refOf } from '../cluster/objects.ts';
import { requestOver } from '../rollout/verify/smoke-test.ts';
import { listAt, textAt } from '../values/json.ts';
import type { ReadMetrics } from './scrape-service.ts';

interface Deployed {
  readonly cluster: Pick<Cluster, 'list' | 'forward'>;
  readonly namespace: string;
  readonly prefix: Names['prefix'];
  readonly ports: Ports;
}
const loadedRoles = ['api', 'graphql', 'worker'] as const satisfies readonly WorkloadRole[];

const isReady = (pod: KubeObject) =>
  pod.metadata.deletionTimestamp === undefined &&
  listAt(pod, 'status', 'conditions').some((condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True');

async function readyPods({ cluster, namespace, prefix }: Deployed, role: WorkloadRole): Promise<readonly Ref[]> {
  const selector = `${metadataKeys.partOf}=${prefix},${metadataKeys.component}=${role}`;
  return (await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, selector)).filter(isReady).map(refOf);
}

/** Listens on a free port of this machine, and passes each connection on. */
async function listenFor(open: () => Promise<Duplex>) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    open()
      .then((remote) => pipeline(socket, remote, socket))
      .catch(() => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return { url: `http://127.0.0.1:${address.port}`, close: () => void server.close() };
}

/**
 * Local ports that lead to the ready pods of the API and of GraphQL through the API server, one pod after the other for each connection,
 * and the metrics of every pod. Neither the edge nor DNS is needed.
 */
export async function forwardToPods(deployed: Deployed) {
  const { cluster, ports } = deployed;
  async function forward(role: 'api' | 'graphql', port: number) {
    const pods = await readyPods(deployed, role);
    let next = 0;
    return listenFor(async () => {
      const pod = pods[next++ % pods.length];
      if (pod === undefined) throw new Failure('different', `no pod of the role ${role} is ready`, 'run: leyenda status');
      return cluster.forward(pod, port);
    });
  }
  const [http, graphql] = await Promise.all([forward('api', ports.http), forward('graphql', ports.graphql)]);
  const read: ReadMetrics = async (signal) => {
    const pods = (await Promise.all(loadedRoles.map((role) => readyPods(deployed, role)))).flat();
    const { method, path } = endpoints.metrics;
    const texts = pods.map(async (pod) => {
      const { body } = await requestOver(await cluster.forward(pod, ports.metrics), { method, path, host: 'localhost' }, signal);
      return [pod.name, String(body)] as const;
    });
    return new Map(await Promise.all(texts));
  };
  return {
    origins: { http: http.url, graphql: graphql.url },
    read,
    close() {
      http.close();
      graphql.close();
    },
  };
}
