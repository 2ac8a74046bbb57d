import { once } from 'node:events';
import { describe, expect, test } from '@jest/globals';
import { product } from '../../../contract/product.ts';
import { documentText } from '../../cli/document.ts';
import { parseDocument } from '../../cli/documents.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import type { Transport } from '../../cluster/transport.ts';
import { readDeployLock } from '../record/deploy-lock.ts';
import { testOwner } from '../record/testing/owner.ts';
import type { RolloutContext } from '../verify/rollout-context.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';
const path = (resource: string, name: string) => `/apis/apps/v1/namespaces/${namespace}/${resource}/${name}`;
const api = path('deployments', `${product.name}-api`);
const configPath = (name: string) => `/api/v1/namespaces/${namespace}/configmaps/${name}`;
const chartsOf = (image: string, config: string) => [
  {
    chart: 'service',
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: config, namespace }, data: { config } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `${product.name}-api`, namespace },
        spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image }] } } },
      },
    ],
  },
];

function scene(controller: (object: KubeObject) => KubeObject = rolledOut) {
  const fake = createFakeApi(controller);
  const lines: string[] = [];
  let sent = 0;
  const transport: Transport = (call, signal) => {
    sent += 1;
    return fake.transport(call, signal);
  };
  const cluster = createCluster(transport, () => Promise.reject(new Error('no port-forward here')));
  const badImages = new Set<string>();
  const servedImage = () => JSON.stringify(fake.objects.get(api)?.spec);
  const smoke: RolloutContext['smoke'] = async () => {
    const bad = [...badImages].some((image) => servedImage().includes(image));
    return { passed: !bad, failures: bad ? ['GET /health returned 500'] : [], endpoints: 1, releases: ['r'] };
  };
  const run = {
    cluster,
    namespace,
    owner: testOwner,
    out: { ...silentOutput, line: (text: string) => lines.push(text), step: (text: string) => lines.push(text) },
    signal: new AbortController().signal,
    smoke,
  };
  const ship = async (image: string, config: string, options: { dryRun?: boolean; rollback?: boolean; waitSeconds?: number } = {}) => {
    const report = await deploy(run, {
      environment: 'local',
      image,
      charts: chartsOf(image, config),
      actor: 'ana',
      timeoutSeconds: 1,
      soakSeconds: 0,
      waitSeconds: options.waitSeconds ?? 0,
      dryRun: options.dryRun ?? false,
      rollback: options.rollback ?? true,
      onEvidence: async (evidence) => void parseDocument(documentText('evidence', evidence)),
    });
    parseDocument(documentText('deploy', report));
    return report;
  };
  return { fake, lines, run, ship, badImages, servedImage, sent: () => sent };
}

describe('a deploy', () => {
  test('that is healthy is recorded, and prunes objects of the earlier release', async () => {
    const { fake, ship } = scene();
    await ship('a:1', 'config-1');
    expect(await ship('a:2', 'config-2')).toMatchObject({ outcome: 'deployed', exitCode: 0, revision: 2, serving: 2 });
    expect([configPath('config-1'), configPath('config-2')].map((one) => fake.objects.has(one))).toEqual([false, true]);
    expect(fake.objects.get(configPath('leyenda-release-2'))?.metadata.labels).toMatchObject({ 'leyenda.dev/outcome': 'good' });
  });

  test('that loses its lock stops writing and reports the interruption', async () => {
    const { fake, run, ship } = scene();
    let writes = 0;
    run.smoke = async (_expected, _limits, signal) => {
      const lease = await readDeployLock(run.cluster, namespace);
      if (lease === undefined) throw new Error('a deploy at work holds the lock');
      await run.cluster.replace({ ...lease, spec: { ...Object(lease.spec), holderIdentity: 'ben', acquireTime: 'later' } });
      writes = fake.writes.length;
      // The next renewal detects it.
      await once(signal, 'abort');
      return { passed: true, failures: [], endpoints: 1, releases: ['r'] };
    };
    expect(await ship('a:1', 'config-1')).toMatchObject({
      outcome: 'interrupted',
      state: expect.stringContaining('taken by another process'),
    });
    expect(fake.writes.length).toBe(writes);
  });

  test('that waited for another deploy plans again', async () => {
    const { fake, ship, servedImage } = scene();
    await ship('a:1', 'config-1');
    const [second, third] = await Promise.all([ship('a:2', 'config-2', { waitSeconds: 20 }), ship('a:3', 'config-3', { waitSeconds: 20 })]);
    expect([second.outcome, third.outcome]).toEqual(['deployed', 'deployed']);
    expect([second.revision, third.revision].toSorted()).toEqual([2, 3]);
    const last = second.revision === 3 ? '2' : '3';
    expect(servedImage()).toContain(`a:${last}`);
    expect(['config-1', 'config-2', 'config-3'].filter((name) => fake.objects.has(configPath(name)))).toEqual([`config-${last}`]);
  });

  test('reports the number of API requests', async () => {
    const { ship, sent } = scene();
    const { calls } = await ship('a:1', 'config-1');
    expect(calls).toBe(sent());
    expect(calls).toBeGreaterThan(10);
  });

  test('without changes writes nothing, not even the lock', async () => {
    const { fake, ship } = scene();
    await ship('a:1', 'config-1');
    const before = fake.writes.length;
    expect(await ship('a:1', 'config-1')).toMatchObject({ outcome: 'nothing-to-do', exitCode: 0, changes: [] });
    expect(fake.writes.slice(before)).toEqual([]);
  });

  test('as a dry run prints the plan and writes nothing', async () => {
    const { fake, ship, lines } = scene();
    expect(await ship('a:1', 'config-1', { dryRun: true })).toMatchObject({ outcome: 'planned', exitCode: 0 });
    expect(fake.writes).toEqual([]);
    expect(lines.join('\n')).toContain(`+ Deployment/${product.name}-api`);
  });

  test('that fails rolls back its changes and deletes added objects', async () => {
    const { fake, ship, badImages, servedImage } = scene();
    await ship('a:1', 'config-1');
    badImages.add('a:2');
    const report = await ship('a:2', 'config-2');
    expect(report).toMatchObject({ outcome: 'rolled-back', exitCode: 3, revision: 2, serving: 1, evidence: { code: 'smoke-failed' } });
    expect(servedImage()).toContain('a:1');
    expect([configPath('config-1'), configPath('config-2')].map((one) => fake.objects.has(one))).toEqual([true, false]);
  });

  test('that fails reports a failed rollback', async () => {
    const { ship, badImages } = scene();
    await ship('a:1', 'config-1');
    badImages.add('a:1').add('a:2');
    expect(await ship('a:2', 'config-2')).toMatchObject({ outcome: 'rollback-failed', exitCode: 4 });
  });

  test.each([
    ['the first one has nothing to go back to', undefined, {}],
    ['--no-rollback is set', 'a:1', { rollback: false }],
  ])('that fails is left in place if %s', async (_why, earlier, options) => {
    const { ship, badImages, servedImage } = scene();
    if (earlier !== undefined) await ship(earlier, 'config-1');
    badImages.add('a:2');
    expect(await ship('a:2', 'config-2', options)).toMatchObject({ outcome: 'failed', exitCode: 5 });
    expect(servedImage()).toContain('a:2');
  });

  test('is rejected before the first write if another manager owns a field', async () => {
    const { fake, ship } = scene();
    await ship('a:1', 'config-1');
    fake.conflicts.set(api, { field: '.spec.replicas', manager: 'kubectl-edit' });
    const before = fake.writes.length;
    await expect(ship('a:2', 'config-2')).rejects.toMatchObject({
      exitCode: 7,
      message: expect.stringMatching(/Deployment\/\S+-api \.spec\.replicas is owned by kubectl-edit/),
    });
    expect(fake.writes.slice(before)).toEqual([]);
  });

  test('that never becomes available fails with the deadline as the cause', async () => {
    const stuck = (object: KubeObject): KubeObject =>
      object.kind === 'Deployment' ? { ...object, status: { observedGeneration: object.metadata.generation, replicas: 1 } } : object;
    const { ship } = scene(stuck);
    const report = await ship('a:1', 'config-1');
    expect(report).toMatchObject({ outcome: 'failed', evidence: { code: 'deadline' } });
  });
});
