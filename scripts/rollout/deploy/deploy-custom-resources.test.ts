import { describe, expect, test } from '@jest/globals';
import { product } from '../../../contract/product.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, type FakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import type { Transport } from '../../cluster/transport.ts';
import { numberAt } from '../../values/json.ts';
import { testOwner } from '../record/testing/owner.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';
const made = (apiVersion: string, kind: string, name: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec: {},
});
const cluster = made('postgresql.cnpg.io/v1', 'Cluster', 'postgres');
const secret = made('external-secrets.io/v1', 'ExternalSecret', 'keys');
const certificate = made('cert-manager.io/v1', 'Certificate', 'tls');
const paths = {
  Cluster: `/apis/postgresql.cnpg.io/v1/namespaces/${namespace}/clusters/postgres`,
  ExternalSecret: `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/keys`,
  Job: `/apis/batch/v1/namespaces/${namespace}/jobs/migrate`,
} as const;
const charts = [
  { chart: 'secrets', objects: [secret] },
  { chart: 'data', objects: [cluster] },
  {
    chart: 'service',
    objects: [
      made('batch/v1', 'Job', 'migrate'),
      { ...made('apps/v1', 'Deployment', `${product.name}-api`), spec: { replicas: 1, template: { spec: { containers: [] } } } },
    ],
  },
  { chart: 'edge', objects: [certificate] },
];

const ready = (object: KubeObject): KubeObject => ({
  ...object,
  status: {
    conditions: [{ type: 'Ready', status: 'True' }],
    ...(object.kind === 'ExternalSecret' ? { syncedResourceVersion: `${numberAt(object, 'metadata', 'generation')}-a1b2` } : {}),
  },
});
const noEntry = { type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'the store has no entry production/captions' };
const unsynced = (object: KubeObject): KubeObject => ({ ...object, status: { conditions: [noEntry] } });
/** Controllers that finish at once, except those of these kinds. */
const controllers =
  (...slow: readonly string[]) =>
  (object: KubeObject): KubeObject => {
    if (slow.includes(object.kind)) return object;
    if (object.kind === 'Job') return { ...object, status: { conditions: [{ type: 'Complete', status: 'True' }] } };
    return object.kind === 'Cluster' || object.kind === 'ExternalSecret' ? ready(object) : rolledOut(object);
  };

/** `operator` acts whenever an existing object is read, and may advance the cluster's clock. */
function scene(
  controller: (object: KubeObject) => KubeObject,
  operator: (fake: FakeApi, path: string) => number = () => 0,
  answersWell: (fake: FakeApi) => boolean = () => true,
) {
  const fake = createFakeApi(controller);
  const lines: string[] = [];
  let aheadSeconds = 0;
  const transport: Transport = async (call) => {
    const answer = await fake.transport(call);
    if (call.method === 'GET' && fake.objects.has(call.path)) aheadSeconds += operator(fake, call.path);
    return { ...answer, date: new Date(Date.now() + aheadSeconds * 1000).toUTCString() };
  };
  const run = {
    cluster: createCluster(transport, () => Promise.reject(new Error('no port-forward here'))),
    namespace,
    owner: testOwner,
    out: { ...silentOutput, line: (text: string) => lines.push(text), step: (text: string) => lines.push(text) },
    signal: new AbortController().signal,
    smoke: async () => ({ passed: answersWell(fake), failures: [], endpoints: 1, releases: ['r'] }),
  };
  const ship = (image: string, { shipped = charts, timeoutSeconds = 300 } = {}) =>
    deploy(run, {
      environment: 'production',
      image,
      charts: shipped,
      actor: 'ana',
      timeoutSeconds,
      soakSeconds: 0,
      dryRun: false,
      rollback: true,
      onEvidence: async () => {},
    });
  return { fake, lines, ship };
}

describe('a deploy with custom resources', () => {
  test('migrates only after the database is ready', async () => {
    let looks = 0;
    const { fake, ship } = scene(controllers('Cluster'), ({ objects, writes }, path) => {
      const found = objects.get(path);
      if (path !== paths.Cluster || found === undefined || found.status !== undefined) return 0;
      looks += 1;
      if (looks < 2) return 0;
      writes.push('the database is ready');
      objects.set(path, ready(found));
      return 0;
    });
    expect(await ship('a:1')).toMatchObject({ outcome: 'deployed', revision: 1 });
    const status: readonly string[] = [`PATCH ${paths.Cluster}`, 'the database is ready', `PATCH ${paths.Job}`];
    expect(fake.writes.filter((write) => status.includes(write))).toEqual(status);
  });

  test('fails with the operator’s message if the database does not become ready, before later steps', async () => {
    const phase = 'Waiting for the instances to become active';
    const { fake, ship } = scene((object) =>
      object.kind === 'Cluster'
        ? { ...object, status: { phase, conditions: [{ type: 'Ready', status: 'False' }] } }
        : controllers()(object),
    );
    expect(await ship('a:1', { timeoutSeconds: 1 })).toMatchObject({
      outcome: 'failed',
      evidence: { code: 'deadline', cause: expect.stringMatching(`${phase} \\(not healthy within \\d s\\)`) },
    });
    expect([paths.Cluster, paths.Job].map((path) => fake.objects.has(path))).toEqual([true, false]);
  });

  test('fails with the store’s message if a Secret cannot be synced, before workloads start', async () => {
    const controller = controllers('ExternalSecret');
    const { fake, ship } = scene(
      (object) => controller(object.kind === 'ExternalSecret' ? unsynced(object) : object),
      (_fake, path) => (path === paths.ExternalSecret ? 31 : 0),
    );
    expect(await ship('a:1')).toMatchObject({
      outcome: 'failed',
      exitCode: 5,
      evidence: {
        code: 'operator-failed',
        cause: `ExternalSecret ${namespace}/keys: the store has no entry production/captions`,
        chain: ['ExternalSecret/keys'],
      },
    });
    expect([paths.ExternalSecret, paths.Cluster, paths.Job].map((path) => fake.objects.has(path))).toEqual([true, false, false]);
  });

  test('is rolled back while the secret store is unavailable, because the Secret exists', async () => {
    let attempts = 0;
    const { ship } = scene(controllers(), undefined, ({ objects }) => {
      attempts += 1;
      const existing = objects.get(paths.ExternalSecret);
      if (attempts !== 2 || existing === undefined) return true;
      objects.set(paths.ExternalSecret, unsynced(existing));
      return false;
    });
    await ship('a:1');
    const more = [...charts, { chart: 'observability', objects: [made('v1', 'ConfigMap', 'dashboard')] }];
    expect(await ship('a:2', { shipped: more })).toMatchObject({ outcome: 'rolled-back', serving: 1, evidence: { code: 'smoke-failed' } });
  });

  test('does not wait for a certificate, and reports that it is pending', async () => {
    const { lines, ship } = scene(controllers());
    expect(await ship('a:1')).toMatchObject({ outcome: 'deployed' });
    expect(lines).toContain(`Certificate ${namespace}/tls: the certificate does not exist yet; the rollout does not wait for it`);
  });
});
