import { describe, expect, test } from '@jest/globals';
import { product } from '../../../contract/product.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { toFailure } from '../../cluster/api-failure.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import type { Transport } from '../../cluster/transport.ts';
import type { Chart } from '../plan/deploy-order.ts';
import { testOwner } from '../record/testing/owner.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';
const root = (kind: string) => (kind === 'Deployment' ? '/apis/apps/v1' : '/api/v1');
const pathOf = ({ kind, metadata: { name } }: KubeObject) => `${root(kind)}/namespaces/${namespace}/${kind.toLowerCase()}s/${name}`;
const made = (kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name, namespace },
  ...more,
});
const labels = { app: 'api' };
const apiOf = (image: string, name = `${product.name}-api`) =>
  made('Deployment', name, { spec: { replicas: 1, template: { metadata: { labels }, spec: { containers: [{ name: 'api', image }] } } } });
const service = made('Service', 'api', { spec: { selector: labels } });
const settings = made('ConfigMap', 'settings', { data: { a: '1' } });
const release = (...objects: readonly KubeObject[]): readonly Chart[] => [{ chart: 'service', objects }];

const webhookText =
  'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://checker.policies.svc:443/check?timeout=10s": dial tcp 10.96.3.4:443: connect: connection refused';

/** A cluster with a webhook that times out after 10 s for the objects whose paths are `unreachable`. */
function scene() {
  const clock = createVirtualClock();
  const fake = createFakeApi(rolledOut);
  const unreachable = new Set<string>();
  /** Paths that become unreachable when a release fails. */
  const later = new Set<string>();
  const lines: string[] = [];
  const transport: Transport = async (call, signal) => {
    if (call.method !== 'PATCH' || !unreachable.has(call.path)) return fake.transport(call);
    await clock.sleep(10_000, signal);
    return { status: 500, text: JSON.stringify({ kind: 'Status', code: 500, reason: 'InternalError', message: webhookText }) };
  };
  const cluster = createCluster(transport, () => Promise.reject(new Error('no port-forward here')), clock);
  const liveImages = () =>
    [...fake.objects].filter(([path]) => path.includes('/deployments/')).map(([, object]) => /a:\w+/.exec(JSON.stringify(object))?.[0]);
  const run = {
    cluster,
    namespace,
    owner: testOwner,
    out: { ...silentOutput, line: (text: string) => lines.push(text) },
    signal: new AbortController().signal,
    /** Every pod behind the Service must have a good image. */
    smoke: async () => {
      const bad = liveImages().filter((image) => image === 'a:bad');
      if (bad.length > 0) for (const path of later) unreachable.add(path);
      return { passed: bad.length === 0, failures: bad.map(() => 'GET /health returned 500'), endpoints: 1, releases: ['r'] };
    },
  };
  const ship = (charts: readonly Chart[], rollback = true) =>
    clock.run(
      deploy(run, {
        environment: 'local',
        image: 'a',
        charts,
        actor: 'ana',
        timeoutSeconds: 60,
        soakSeconds: 0,
        dryRun: false,
        rollback,
        onEvidence: async () => {},
      }),
    );
  return { fake, unreachable, later, lines, ship, clock, liveImages };
}

const good = release(settings, service, apiOf('a:1'));
const bad = release(settings, service, apiOf('a:bad'));

describe('a rollback', () => {
  test('reapplies changed objects although a webhook does not respond for an unchanged one', async () => {
    const { later, lines, ship, liveImages } = scene();
    await ship(good);
    later.add(pathOf(settings));
    expect(await ship(bad)).toMatchObject({ outcome: 'rolled-back' });
    expect(liveImages()).toEqual(['a:1']);
    expect(lines).toContain(
      'ConfigMap/settings was not changed: the admission webhook check.example.com does not respond (service policies/checker: dial tcp 10.96.3.4:443: connect: connection refused)',
    );
  });

  test('names a changed object that was rejected, after it has reapplied all others', async () => {
    const { fake, later, ship } = scene();
    await ship(good);
    later.add(pathOf(apiOf('')));
    const changed = { ...settings, data: { a: '2' } };
    expect(await ship(release(changed, service, apiOf('a:bad')))).toMatchObject({ outcome: 'rollback-failed' });
    expect(fake.objects.get(pathOf(settings))).toMatchObject({ data: { a: '1' } });
  });

  test('deletes a workload that receives traffic before the smoke test', async () => {
    const { ship, liveImages } = scene();
    await ship(good);
    expect(await ship(release(settings, service, apiOf('a:1'), apiOf('a:bad', 'extra')))).toMatchObject({ outcome: 'rolled-back' });
    expect(liveImages()).toEqual(['a:1']);
  });
});

describe('a deploy', () => {
  test('of the good charts deletes a workload of a failed release that receives traffic', async () => {
    const { ship, liveImages } = scene();
    await ship(good);
    expect(await ship(release(settings, service, apiOf('a:1'), apiOf('a:bad', 'extra')), false)).toMatchObject({ outcome: 'failed' });
    expect(await ship(good)).toMatchObject({ outcome: 'deployed' });
    expect(liveImages()).toEqual(['a:1']);
  });

  test('is rejected with webhook, Service and reason if a webhook does not respond', async () => {
    const { unreachable, ship, clock } = scene();
    await ship(good);
    unreachable.add(pathOf(settings));
    const startMs = clock.ms();
    const error = await ship(release({ ...settings, data: { a: '2' } }, service, apiOf('a:2'))).catch((thrown: unknown) => thrown);
    expect(clock.ms() - startMs).toBeLessThan(15_000);
    expect(toFailure(error, { namespace, platformRemedy: '' })).toMatchObject({
      exitCode: 7,
      message: expect.stringMatching(/check\.example\.com does not respond \(service policies\/checker: .*connection refused\)/),
      remedy: expect.stringContaining('Service of that webhook'),
    });
  });
});
