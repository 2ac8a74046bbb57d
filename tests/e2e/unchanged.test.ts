import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { adminCharts } from '../../manifests/chart-names.ts';
import { synthesize } from '../../manifests/synth.ts';
import type { KubeObject } from '../../scripts/cluster/objects.ts';
import { rolloutSteps } from '../../scripts/rollout/plan/deploy-order.ts';
import { inventoryItem } from '../../scripts/rollout/plan/deploy-plan.ts';
import { writeRecord } from '../../scripts/rollout/record/release-history.ts';
import { digestOf } from '../../scripts/values/digest.ts';
import { getJson, kubectl, namespace, run, setup } from './cluster.ts';
import { asText, createMissingNamespaces } from './control-plane.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { clusterAt } from './verdicts/leyenda.ts';

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else unchanged(found.images.one);

/** All of production, as a release that was good would have left it; nodes are closed, and its operators need not be there. */
function unchanged(image: string) {
  describe('A deploy of production that changes nothing', () => {
    let nodes: string[] = [];
    const charts = synthesize('production', { image });
    const given = charts.filter(({ chart }) => adminCharts.some((name) => name === chart)).flatMap(({ objects }) => objects);
    beforeAll(async () => {
      nodes = (await getJson('nodes', '-l', 'type!=kwok')).items.map((node: KubeObject) => node.metadata.name);
      await kubectl(['cordon', ...nodes]);
      await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
    }, 180_000);
    afterAll(async () => {
      await kubectl(['uncordon', ...nodes]);
      // What production's administrator gives to the whole cluster is not for the environments that come after it.
      await kubectl(['delete', '--ignore-not-found', '--timeout=120s', '-f', '-'], asText(given));
      printLedger();
    }, 150_000);

    test('writes nothing, and says so soon', async () => {
      const cluster = clusterAt();
      await createMissingNamespaces(given);
      await kubectl(['apply', '--server-side', '-f', '-'], asText(given));
      const applied: KubeObject[] = [];
      for (const object of rolloutSteps(charts).flatMap(({ objects }) => objects)) applied.push(await cluster.apply(object));
      await writeRecord(cluster, namespace, {
        revision: 1,
        owner: { product: product.name, environment: 'production' },
        outcome: 'good',
        digest: digestOf(charts),
        image,
        createdAt: cluster.now().toISOString(),
        actor: 'e2e',
        cause: '',
        inventory: applied.map(inventoryItem),
        charts,
      });
      const versions = async () =>
        (await getJson('all,configmap,networkpolicy,lease', '-n', namespace)).items.map(
          ({ metadata }: KubeObject) => `${metadata.uid} ${metadata.generation}`,
        );
      const before = await versions();
      const times: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const start = Date.now();
        const { stdout, stderr } = await run('node', ['scripts/leyenda.js', 'deploy', 'production', '--image', image, '--json']);
        times.push(since(start));
        expect({ outcome: JSON.parse(stdout).outcome, stderr }).toEqual({ outcome: 'nothing-to-do', stderr: '' });
      }
      expect(await versions()).toEqual(before);
      record(`no-op deploy of production, ${applied.length} objects, the whole process`, times.map(seconds).join(', '));
    }, 120_000);
  });
}
