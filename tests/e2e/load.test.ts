import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import { local } from '../../manifests/environments/local.ts';
import { callClient, startClient, underLoad } from './client.ts';
import { edgeNamespace, getJson, kubectl, namespace, setup } from './cluster.ts';
import { readyPod, readyPods } from './components.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { givenLocal } from './local-environment.ts';
import { loadEnded } from './marks.ts';
import { until, whole } from './whole.ts';

/** So many that the worker is at it for longer than a pod takes to be replaced. */
const items = 3000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const monitoring = local.monitoring.kind === 'bundled' ? [{ component: 'prometheus', where: local.monitoring.namespace }] : [];
const components = [
  ...['api', 'graphql', 'worker', 'postgres', 'redis'].map((component) => ({ component, where: namespace })),
  ...monitoring,
];

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else load(found.images.one);

/** Deletes a pod of a component and waits until as many others are ready as before. @returns how many seconds that took */
async function losePod(where: string, component: string): Promise<number> {
  const before = await readyPods(where, component);
  const [victim] = before;
  if (!victim) throw new Error(`no pod of ${component} is ready in ${where}`);
  const startMs = Date.now();
  await kubectl(['delete', 'pod', victim.metadata.name, '-n', where, '--wait=false']);
  const others = async () => (await readyPods(where, component)).filter(({ metadata }) => metadata.uid !== victim.metadata.uid).length;
  expect(await until(others, (ready) => ready >= before.length, 120)).toBeGreaterThanOrEqual(before.length);
  return since(startMs);
}

function load(image: string) {
  describe('Under load', () => {
    beforeAll(async () => {
      record('what happened', 'verdict', 'seconds', 'figures');
      await givenLocal(image);
      await startClient(image);
      await whole(120);
    }, 300_000);
    afterAll(() => printLedger());

    test('the autoscaler gives the API another pod', async () => {
      const before = (await readyPods(namespace, 'api')).length;
      const { result, sent, failed, failures } = await underLoad(5, ['captions', 'captions on new connections'], async () => {
        const startMs = Date.now();
        const ready = await until(
          async () => (await readyPods(namespace, 'api')).length,
          (now) => now > before,
          120,
        );
        return { took: since(startMs), ready };
      });
      record('API scaled up', `${before} → ${result.ready} pods`, seconds(result.took), `${sent} requests, ${failed} failed`);
      expect(result.ready).toBeGreaterThan(before);
      expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
      expect(result.took).toBeLessThan(60);
    }, 180_000);

    test.each(components)(
      'a pod of $component is deleted, and nothing fails',
      async ({ component, where }) => {
        const batch = await callClient('batch', String(items));
        expect(batch.status).toBe(202);
        const { result, sent, failed, failures, longest, counts } = await underLoad(100, [], async () => {
          await sleep(2000);
          const { succeeded } = (await callClient('progress', batch.body.id)).body;
          const took = await losePod(where, component);
          await sleep(3000);
          return { took, succeeded };
        });
        const progress = async () => (await callClient('progress', batch.body.id)).body;
        const done = await until(progress, ({ status }) => status === 'done' || status === 'failed', 150);
        const outcome = `batch ${done.status}, ${result.succeeded} of ${done.total} items before, ${done.succeeded} in the end`;
        record(
          `a pod of ${component} deleted`,
          failed === 0 ? 'nothing failed' : 'FAILED',
          seconds(result.took),
          `${sent} sent (${counts}), ${failed} failed, longest ${longest} ms; ${outcome}`,
        );
        expect({ failed, failures }).toEqual({ failed: 0, failures: [] });
        expect(done).toMatchObject({ status: 'done', succeeded: items, failed: 0 });
        await readyPod(where, component);
      },
      240_000,
    );

    test('then it ends', async () => {
      const { status } = await getJson('hpa', names.autoscalers.api, '-n', namespace);
      record('the load ended', `${status.currentReplicas} API pods`);
      await kubectl(['annotate', 'namespace', edgeNamespace, '--overwrite', `${loadEnded}=${Date.now()}`]);
    }, 30_000);
  });
}
