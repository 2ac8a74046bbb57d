import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { product } from '../../../contract/product.ts';
import { Failure } from '../../cli/failure.ts';
import { silentOutput } from '../../cli/testing/silent-output.ts';
import { toFailure } from '../../cluster/api-failure.ts';
import { createCluster } from '../../cluster/create-cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import { createFakeApi, rolledOut } from '../../cluster/testing/fake-api.ts';
import { createVirtualClock } from '../../cluster/testing/virtual-clock.ts';
import type { Transport } from '../../cluster/transport.ts';
import { readHistory } from '../record/release-history.ts';
import { testOwner } from '../record/testing/owner.ts';
import { deploy } from './deploy.ts';

const namespace = 'captions';
const chartsOf = (image: string) => [
  {
    chart: 'service',
    objects: [
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `config-${image.slice(-1)}`, namespace }, data: { image } },
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: `${product.name}-api`, namespace },
        spec: { replicas: 1, template: { spec: { containers: [{ name: 'api', image }] } } },
      },
    ],
  },
];
const imageOf = (object: KubeObject | undefined): string => /a:\w+/.exec(JSON.stringify(object?.spec))?.[0] ?? '';
const deploymentPath = `/apis/apps/v1/namespaces/${namespace}/deployments/${product.name}-api`;

/** Effect of the network on a request. */
type NetworkOutcome = 'answers' | 'is rejected' | 'is cut before the answer' | 'hangs';

interface Disturbance {
  /** Maximum duration of a request, in milliseconds. */
  readonly latencyMs: number;
  /** Which requests are lost, as a repeating pattern. */
  readonly outcomes: readonly NetworkOutcome[];
  /** Start and duration of an outage of the API server during the second deploy. Seconds. */
  readonly outage: { readonly from: number; readonly length: number };
}

/** A namespace with `a:1` deployed, and an unreliable network. `stuck` images never become available, `silent` ones do not respond. */
async function setUp({ latencyMs, outcomes, outage }: Disturbance) {
  const clock = createVirtualClock();
  const fake = createFakeApi((object) =>
    imageOf(object) === 'a:stuck'
      ? { ...object, status: { observedGeneration: object.metadata.generation, replicas: 1 } }
      : rolledOut(object),
  );
  let isBad = false;
  let startMs = 0;
  let calls = 0;
  const reset = () => Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const isAway = () => clock.ms() >= startMs + outage.from * 1000 && clock.ms() < startMs + (outage.from + outage.length) * 1000;
  const transport: Transport = async (call, signal) => {
    if (!isBad) return fake.transport(call);
    calls += 1;
    const outcome = isAway() ? 'hangs' : (outcomes[calls % outcomes.length] ?? 'answers');
    if (outcome === 'hangs') await clock.sleep(3_600_000, signal);
    await clock.sleep((latencyMs * ((calls * 7) % 10)) / 10, signal);
    if (outcome === 'is rejected') throw reset();
    // A watch that was open at the start of the outage fails silently.
    const onLine = (line: string) => {
      if (!isAway()) call.onLine?.(line);
    };
    const answer = await fake.transport({ ...call, onLine }, signal);
    if (outcome === 'is cut before the answer') throw reset();
    return answer;
  };
  const cluster = createCluster(transport, () => Promise.reject(new Error('no port-forward here')), clock);
  const run = {
    cluster,
    namespace,
    owner: testOwner,
    out: silentOutput,
    signal: new AbortController().signal,
    smoke: async () => {
      await clock.sleep(isBad ? latencyMs : 0);
      const passed = imageOf(fake.objects.get(deploymentPath)) !== 'a:silent';
      return { passed, failures: passed ? [] : ['GET /health returned 500'], endpoints: 1, releases: ['r'] };
    },
  };
  const ship = async (image: string, timeoutSeconds: number) => {
    startMs = clock.ms();
    const options = { environment: 'local', image, charts: chartsOf(image), actor: 'ana', timeoutSeconds, soakSeconds: 3 };
    const work = deploy(run, { ...options, dryRun: false, rollback: true, onEvidence: async () => {} });
    const ended = await clock.run(work).then(
      (report) => ({ report }),
      (error: unknown) => ({ error }),
    );
    return { ...ended, seconds: (clock.ms() - startMs) / 1000 };
  };
  expect(await ship('a:1', 60)).toMatchObject({ report: { outcome: 'deployed' } });
  isBad = true;
  const newest = async () => {
    isBad = false;
    return (await clock.run(readHistory(cluster, namespace)))[0];
  };
  return { ship, newest, served: () => imageOf(fake.objects.get(deploymentPath)) };
}

const outcomes = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<NetworkOutcome>('answers') },
    { weight: 1, arbitrary: fc.constantFrom<NetworkOutcome>('is rejected', 'is cut before the answer', 'hangs') },
  ),
  { minLength: 1, maxLength: 40 },
);
const outage = fc.record({ from: fc.integer({ min: 0, max: 60 }), length: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 600 })) });
const disturbances = fc.record({ latencyMs: fc.integer({ min: 0, max: 5000 }), outcomes, outage });
const images = fc.constantFrom('a:2', 'a:stuck', 'a:silent');
const timeouts = fc.integer({ min: 1, max: 200 });

describe('a deploy through a slow and lossy network', () => {
  test('ends within its timeout, the budget of a rollback and 30 s, and never reports a failed release as deployed', async () => {
    await fc.assert(
      fc.asyncProperty(disturbances, images, timeouts, async (disturbance, image, timeoutSeconds) => {
        const { ship, newest, served } = await setUp(disturbance);
        const ended = await ship(image, timeoutSeconds);
        expect(ended.seconds).toBeLessThanOrEqual(timeoutSeconds + Math.max(120, timeoutSeconds) + 30);
        if ('error' in ended) {
          // It ended before the first write.
          expect(toFailure(ended.error, { namespace, platformRemedy: '' })).toBeInstanceOf(Failure);
          expect(served()).toBe('a:1');
          return;
        }
        const { outcome, state } = ended.report;
        expect(['deployed', 'rolled-back', 'rollback-failed', 'interrupted']).toContain(outcome);
        if (outcome === 'deployed') expect(image).toBe('a:2');
        if (outcome === 'rolled-back') expect(served()).toBe('a:1');
        if (!state.includes('could not be recorded')) expect((await newest())?.outcome).not.toBe('deploying');
      }),
      { numRuns: Number(process.env.DEPLOYS ?? 100) },
    );
  });

  test('rolls back a failed release after an API server outage of one minute', async () => {
    const { ship, newest, served } = await setUp({ latencyMs: 50, outcomes: ['answers'], outage: { from: 2, length: 60 } });
    expect(await ship('a:stuck', 30)).toMatchObject({ report: { outcome: 'rolled-back', exitCode: 3 } });
    expect({ served: served(), record: (await newest())?.outcome }).toEqual({ served: 'a:1', record: 'rolled-back' });
  });

  test('deploys a good release despite an API server outage of 20 s', async () => {
    const { ship } = await setUp({ latencyMs: 50, outcomes: ['answers'], outage: { from: 0.3, length: 20 } });
    expect(await ship('a:2', 60)).toMatchObject({ report: { outcome: 'deployed' } });
  });

  test('ends at its timeout if every request takes 1.6 s', async () => {
    const { ship } = await setUp({ latencyMs: 1600, outcomes: ['answers'], outage: { from: 0, length: 0 } });
    const ended = await ship('a:stuck', 20);
    expect(ended).toMatchObject({ report: { outcome: 'rolled-back', evidence: { code: 'deadline' } } });
    expect(ended.seconds).toBeLessThan(90);
  });
});
