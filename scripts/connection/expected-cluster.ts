import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Cluster as Server } from '@kubernetes/client-node';
import type { ExpectedCluster } from '../../manifests/environments/cluster-properties.ts';
import { Failure } from '../cli/failure.ts';
import type { Cluster } from '../cluster/cluster.ts';

/** Reads the identity of the kubeconfig's cluster; only the UID requires an API call. @returns undefined if it is unknown */
async function identityOf(expected: ExpectedCluster, server: Server | null, cluster: Cluster): Promise<string | undefined> {
  if ('host' in expected) return server === null ? undefined : hostOf(server);
  if ('caSha256' in expected) return server === null ? undefined : fingerprintOf(server);
  const live = await cluster.get({ apiVersion: 'v1', kind: 'Namespace', namespace: '', name: 'kube-system' }).catch(() => undefined);
  return live?.metadata.uid;
}

/** With the path: behind one host, Rancher serves all its clusters. */
function hostOf({ server }: Server): string {
  const { host, pathname } = new URL(server);
  return host + pathname.replace(/\/$/, '');
}

/** SHA-256 of the first certificate of the cluster's CA, in hex without colons. */
function fingerprintOf({ caData, caFile }: Server): string | undefined {
  const pem = caData === undefined ? caFile && readFileSync(caFile) : Buffer.from(caData, 'base64');
  return pem === undefined || pem === '' ? undefined : new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
}

const parts = { host: 'the API server', caSha256: 'the CA fingerprint', uid: 'the UID of kube-system' } as const;

/** @throws {Failure} `rejected`, with both identities, if the kubeconfig's cluster is not the one that the environment declares */
export async function assertExpectedCluster(
  environment: string,
  expected: ExpectedCluster | undefined,
  server: Server | null,
  cluster: Cluster,
): Promise<void> {
  if (expected === undefined) return;
  const [[kind, wanted] = ['host', '']] = Object.entries(expected);
  const part = kind === 'caSha256' || kind === 'uid' ? parts[kind] : parts.host;
  const found = await identityOf(expected, server, cluster);
  if (found === wanted) return;
  throw new Failure(
    'rejected',
    `this is not the cluster of ${environment}: ${part} is ${found ?? 'unknown'}, expected ${wanted}`,
    `set KUBECONFIG to the cluster of ${environment}, or correct "cluster.identity" in its declaration`,
  );
}
