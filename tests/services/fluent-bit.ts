import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Logs } from '../../manifests/environments/environment.ts';
import { local } from '../../manifests/environments/local.ts';
import { fluentBitConfig, positionsFolder } from '../../manifests/monitoring/fluent-bit.ts';
import { findOnPath, freePort, waitForPort } from './servers.ts';

const program = findOnPath('fluent-bit', `${process.env.PATH}:/opt/fluent-bit/bin`);
/** It mounts folders over those of the node in its own namespace. */
export const missing =
  process.getuid?.() !== 0 ? 'no root' : program === undefined ? 'no fluent-bit; its packages install /opt/fluent-bit/bin' : undefined;

/** Root of the mounted volumes of a pod. */
const account = '/run/secrets/kubernetes.io/serviceaccount';
/** A pod, with the labels that the API server returns. */
interface Pod {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A server that answers as the Kubernetes API and as Elasticsearch do, for Fluent Bit's requests. */
async function startPeers(pods: readonly Pod[], token: string) {
  const documents: Record<string, unknown>[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const body = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw);
    response.setHeader('Content-Type', 'application/json');
    if (request.url?.startsWith('/_bulk')) {
      const lines = body.trimEnd().split('\n');
      documents.push(
        ...lines.flatMap((line, index) => (index % 2 === 1 ? [{ action: JSON.parse(lines[index - 1] ?? ''), ...JSON.parse(line) }] : [])),
      );
      return response.end(JSON.stringify({ took: 1, errors: false, items: lines.map(() => ({ create: { status: 201 } })) }));
    }
    const pod = pods.find(({ name, namespace }) => request.url === `/api/v1/namespaces/${namespace}/pods/${name}`);
    if (request.headers.authorization !== `Bearer ${token}` || pod === undefined) {
      response.statusCode = 403;
      return response.end(JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code: 403 }));
    }
    return response.end(JSON.stringify({ kind: 'Pod', metadata: pod, spec: { nodeName: 'node-1', containers: [] }, status: {} }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return { documents, port: address.port, close: () => server.close() };
}

/**
 * Fluent Bit with the configuration of the cluster, and the folders of a node and a pod in a mount namespace of its own. Only the address
 * of the Kubernetes API is another: the filter would require TLS on port 443.
 */
export async function startFluentBit(pods: readonly Pod[]) {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-fluent-bit-'));
  const [logs, secrets] = ['containers', 'account'].map((name) => join(folder, name));
  if (program === undefined || logs === undefined || secrets === undefined) throw new Error(missing);
  for (const each of [logs, secrets]) mkdirSync(each);
  const token = 'token-of-fluent-bit';
  writeFileSync(join(secrets, 'token'), token);
  writeFileSync(join(secrets, 'namespace'), 'fluent-bit');
  const peers = await startPeers(pods, token);
  const port = await freePort();
  const elasticsearch: Logs['elasticsearch'] = { service: 'elasticsearch', namespace: 'logging' };
  const environment = { ...local, ports: { ...local.ports, elasticsearch: peers.port, 'fluent-bit': port } };
  const config = join(folder, 'fluent-bit.conf');
  writeFileSync(
    config,
    fluentBitConfig(environment, { kind: 'fluent-bit', namespace: 'fluent-bit', elasticsearch, index: 'captions' }).replace(
      '[FILTER]',
      `[FILTER]\n    Kube_URL http://127.0.0.1:${peers.port}`,
    ),
  );
  const hosts = join(folder, 'hosts');
  writeFileSync(hosts, '127.0.0.1 localhost elasticsearch.logging.svc.cluster.local\n');
  const mounts = [
    'mount -t tmpfs tmpfs /run',
    `mkdir -p ${account}`,
    `mount --bind ${secrets} ${account}`,
    'mount -t tmpfs tmpfs /var/log',
    'mkdir /var/log/containers',
    `mount --bind ${logs} /var/log/containers`,
    'mount -t tmpfs tmpfs /var/lib',
    `mkdir ${positionsFolder}`,
    `mount --bind ${hosts} /etc/hosts`,
  ];
  const script = [...mounts, `exec ${program} --config=${config}`].join(' && ');
  const server = spawn('unshare', ['--mount', 'sh', '-c', script], { stdio: 'ignore' });
  await waitForPort(port, server);
  return {
    /** The documents that Elasticsearch received. */
    documents: peers.documents,
    /** The folder of the node's container logs. */
    logs,
    async end() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      peers.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
