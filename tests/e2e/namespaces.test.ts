import { describe, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import { silentOutput } from '../../scripts/cli/testing/silent-output.ts';
import { assertNamespaceOwner } from '../../scripts/rollout/record/namespace-owner.ts';
import { lastGood, readHistory } from '../../scripts/rollout/record/release-history.ts';
import { detectDrift } from '../../scripts/rollout/status/drift.ts';
import { releaseHealth } from '../../scripts/rollout/status/release-health.ts';
import { kubectl } from './cluster.ts';
import { apply } from './control-plane.ts';
import { clusterAt, deployCharts, shopOwner } from './verdicts/leyenda.ts';
import { secondDeployment, smokeByAnnotation } from './verdicts/played.ts';
import { type Place, releaseOf } from './verdicts/scenarios.ts';
import { simulated, simulationMissing, smokePasses } from './verdicts/simulated.ts';
import { leave, placeFor, servesSoon } from './verdicts/trial.ts';

const missing = await simulationMissing();

if (missing) test.skip(`skipped: ${missing}`, () => {});
else {
  describe('Pods behind a Service that are not of the release', () => {
    test('are removed by the next good deploy after --no-rollback left them', async () => {
      const { place, charts } = await installed('left behind');
      const smoke = smokeByAnnotation;
      const next = releaseOf(place, { ...simulated(1), others: [secondDeployment(place)] });
      const left = await deployCharts(place.namespace, next, { smoke, rollback: false });
      expect({ outcome: left.outcome, code: left.code }).toEqual({ outcome: 'failed', code: 'smoke-failed' });
      const again = await deployCharts(place.namespace, charts, { smoke });
      expect({ outcome: again.outcome, serves: await servesSoon(place.namespace, charts) }).toEqual({ outcome: 'deployed', serves: true });
      expect(await kubectl(['get', 'deployment', '-n', place.namespace, '-o', 'name'])).toBe(`deployment.apps/${names.api}\n`);
      await leave(place);
    });

    test('are named by drift and status', async () => {
      const { place } = await installed('foreign pods');
      const { namespace } = place;
      await apply([secondDeployment(place)]);
      await kubectl(['rollout', 'status', 'deployment/worker', '-n', namespace, '--timeout=60s']);
      const cluster = clusterAt();
      const release = lastGood(await readHistory(cluster, namespace));
      if (release === undefined) throw new Error('no release is recorded');
      expect(await detectDrift(cluster, namespace, release.charts)).toMatchObject([
        {
          object: `Service/${names.services.api}`,
          fields: [{ path: 'pods', live: expect.stringMatching(/^Pod\/worker-.* of Deployment\/worker$/) }],
        },
      ]);
      const { signal } = new AbortController();
      const run = { cluster, namespace, owner: shopOwner, out: silentOutput, signal, smoke: smokePasses };
      expect(await releaseHealth(run, release)).toMatchObject({
        healthy: false,
        problems: [expect.stringMatching(/routes to Pod\/worker-.* of Deployment\/worker, which is not part of the release/)],
      });
      await leave(place);
    });
  });

  describe('A namespace', () => {
    test('of another environment is rejected with exit code 7 and both names', async () => {
      const { place } = await installed('other environment');
      const other = { ...shopOwner, environment: 'staging' };
      await expect(assertNamespaceOwner(clusterAt(), place.namespace, other)).rejects.toMatchObject({
        exitCode: 7,
        message: expect.stringMatching(/belongs to verdicts local, not to verdicts staging/),
      });
      await expect(assertNamespaceOwner(clusterAt(), place.namespace, shopOwner)).resolves.toBeUndefined();
      await leave(place);
    });

    test('that is being deleted is rejected with that cause', async () => {
      const { place } = await installed('being deleted');
      const { namespace } = place;
      await kubectl(['create', 'configmap', 'held', '-n', namespace]);
      const finalizer = '{"metadata":{"finalizers":["example.com/held"]}}';
      await kubectl(['patch', 'configmap', 'held', '-n', namespace, '--type=merge', '--patch', finalizer]);
      await kubectl(['delete', 'namespace', namespace, '--wait=false']);
      const ended = await deployCharts(namespace, releaseOf(place, simulated(1)), { smoke: smokePasses });
      await kubectl(['patch', 'configmap', 'held', '-n', namespace, '--type=merge', '--patch', '{"metadata":{"finalizers":null}}']);
      expect(ended).toMatchObject({
        outcome: 'rejected',
        exitCode: 7,
        cause: expect.stringContaining(`namespace ${namespace} is being deleted`),
      });
    });
  });
}

/** A namespace in which a release serves. */
async function installed(name: string): Promise<{ place: Place; charts: ReturnType<typeof releaseOf> }> {
  const place = await placeFor(name, '');
  const charts = releaseOf(place, simulated(0));
  const first = await deployCharts(place.namespace, charts, { soakSeconds: 0, smoke: smokePasses });
  if (first.outcome !== 'deployed') throw new Error(`the first release was not deployed: ${first.cause}`);
  return { place, charts };
}
