import { describe, expect, test } from '@jest/globals';
import { createCluster } from './cluster.ts';
import { deploy } from './deploy.ts';
import type { KubeObject } from './objects.ts';
import { createFakeApi, rolledOut } from './testing/api.ts';

const namespace = 'captions';
const database = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'postgres', namespace },
  spec: { instances: 3 },
};
const api = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'instagram-captions-api', namespace },
  spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image: 'a:1' }] } } },
};
const clusterPath = `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/postgres`;
const apiPath = `/apis/apps/v1/namespaces/${namespace}/deployments/instagram-captions-api`;
const having = (object: KubeObject, status: 'True' | 'False', phase: string): KubeObject => ({
  ...object,
  status: { phase, conditions: [{ type: 'Ready', status, message: phase }] },
});

function scene(operator: (object: KubeObject) => KubeObject) {
  const fake = createFakeApi((object) => (object.kind === 'Cluster' ? operator(object) : rolledOut(object)));
  const waiting: string[] = [];
  const run = {
    cluster: createCluster(fake.transport, () => Promise.reject(new Error('no port-forward here'))),
    namespace,
    out: { line: () => {}, now: (line: string) => waiting.push(line), result: () => {} },
    signal: new AbortController().signal,
    smoke: async () => ({ passed: true, failures: [], endpoints: 1, releases: ['r'] }),
  };
  const ship = () =>
    deploy(run, {
      environment: 'production',
      image: 'a:1',
      charts: [
        { chart: 'data', objects: [database] },
        { chart: 'service', objects: [api] },
      ],
      actor: 'ana',
      timeoutSeconds: 1,
      soakSeconds: 0,
      dryRun: false,
      rollback: true,
      onEvidence: async () => {},
    });
  return { fake, waiting, ship };
}

describe('a database that an operator keeps', () => {
  test('is waited for before what needs it is touched', async () => {
    const { fake, waiting, ship } = scene((object) => having(object, 'False', 'Setting up primary'));
    const shipping = ship();
    while (!waiting.some((line) => line.includes('Setting up primary'))) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fake.objects.has(apiPath)).toBe(false);
    const made = fake.objects.get(clusterPath);
    if (made) fake.objects.set(clusterPath, having(made, 'True', 'Cluster in healthy state'));
    expect(await shipping).toMatchObject({ outcome: 'deployed' });
    expect(fake.objects.has(apiPath)).toBe(true);
  });

  test('that never gets ready ends the release, in the operator’s words, with nothing else touched', async () => {
    const { fake, ship } = scene((object) => having(object, 'False', 'Waiting for the instances to become active'));
    expect(await ship()).toMatchObject({
      outcome: 'failed',
      evidence: { cause: 'Cluster/postgres is not ready: Waiting for the instances to become active (not within 1 s)' },
    });
    expect(fake.objects.has(apiPath)).toBe(false);
  });
});
