import { setTimeout as sleep } from 'node:timers/promises';
import { names } from '../../../contract/product.ts';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';
import { readHistory } from '../../../scripts/rollout/record/release-history.ts';
import { getJson, kubectl } from '../cluster.ts';
import { killedAt } from './kill.ts';
import { clusterAt, deployCharts, type Ended } from './leyenda.ts';
import { type Place, releaseOf } from './scenarios.ts';
import { leave, placeFor, servesSoon, type Verdict } from './trial.ts';

/** Everything in a namespace that a deploy might write, with the version of each. */
async function versions(namespace: string): Promise<Record<string, string>> {
  const { items } = await getJson('deployment,service,configmap,lease,job', '-n', namespace);
  return Object.fromEntries(
    items.map(({ kind, metadata }: { kind: string; metadata: { name: string; resourceVersion: string } }) => [
      `${kind}/${metadata.name}`,
      metadata.resourceVersion,
    ]),
  );
}

/** A release with a migration, as `release`; another number gives another release. */
const numbered = (place: Place, release: number, rest = {}): Chart[] =>
  releaseOf(place, { configuration: { GREETING: `hello ${release}` }, migration: 'ends', ...rest });

interface Rolled {
  readonly ended: Ended;
  readonly figures?: string;
  /** What has to serve afterwards. */
  readonly serves: readonly Chart[];
}

/** What a release without fault comes to. */
interface GoodScenario {
  readonly name: string;
  readonly expected?: Ended['outcome'];
  /** @throws when something on the way is not as it has to be */
  readonly roll: (place: Place) => Promise<Rolled>;
}

export interface Good {
  readonly name: string;
  readonly expected: Ended['outcome'];
  readonly verdict: (image: string) => Promise<Verdict>;
}

const asGood = ({ name, expected = 'deployed', roll }: GoodScenario): Good => ({
  name,
  expected,
  async verdict(image) {
    const place = await placeFor(name, image);
    const { ended, figures, serves } = await roll(place);
    const right = await servesSoon(place.namespace, serves);
    await leave(place);
    const total = ended.report?.seconds.total ?? 0;
    return {
      tool: 'leyenda',
      said: ended.outcome,
      cause: figures ?? ended.cause,
      toVerdict: undefined,
      toRestored: undefined,
      total,
      right,
    };
  },
});

/** @throws when it ended otherwise */
function deployed(ended: Ended, outcome: Ended['outcome'] = 'deployed'): Ended {
  if (ended.outcome !== outcome) throw new Error(`${ended.outcome} instead of ${outcome}: ${ended.cause}`);
  return ended;
}
const deploy = (place: Place, charts: readonly Chart[], attempt = {}) =>
  deployCharts(place.namespace, charts, { soakSeconds: 1, ...attempt });

const installed = async (place: Place): Promise<Chart[]> => {
  const charts = numbered(place, 1);
  deployed(await deploy(place, charts));
  return charts;
};

/** Where a deploy is killed: what it printed last. */
const moments = {
  'while it configures': /apply ConfigMap/,
  'while it migrates': /migrate with/,
  'while it starts pods': /roll out Deployment/,
  'while it waits for pods': /… Deployment/,
  'while it looks on': /watching for restarts/,
} as const;

const killed = (when: string, moment: RegExp): GoodScenario => ({
  name: `killed ${when}, and run again`,
  async roll(place) {
    await installed(place);
    const next = numbered(place, 2);
    await killedAt(moment, place.namespace, next);
    const startMs = Date.now();
    const ended = deployed(await deploy(place, next, { waitSeconds: 30 }));
    const [newest, dead] = await readHistory(clusterAt(), place.namespace);
    if (newest?.outcome !== 'good' || dead?.outcome !== 'interrupted') throw new Error(`history says ${newest?.outcome}, ${dead?.outcome}`);
    return { ended, figures: `taken over and deployed after ${((Date.now() - startMs) / 1000).toFixed(1)} s`, serves: next };
  },
});

const scenarios: readonly GoodScenario[] = [
  {
    name: 'first install',
    async roll(place) {
      const charts = numbered(place, 1);
      return { ended: deployed(await deploy(place, charts)), serves: charts };
    },
  },
  {
    name: 'the same again',
    expected: 'nothing-to-do',
    async roll(place) {
      const charts = await installed(place);
      const before = await versions(place.namespace);
      const ended = deployed(await deploy(place, charts), 'nothing-to-do');
      const after = await versions(place.namespace);
      const written = Object.keys(after).filter((name) => after[name] !== before[name]);
      if (written.length > 0) throw new Error(`it wrote ${written.join(', ')}`);
      return { ended, figures: `${Object.keys(after).length} objects, 0 written`, serves: charts };
    },
  },
  {
    name: 'configuration alone',
    async roll(place) {
      await installed(place);
      const charts = numbered(place, 2);
      return { ended: deployed(await deploy(place, charts)), serves: charts };
    },
  },
  {
    name: 'another program',
    async roll(place) {
      await installed(place);
      const charts = numbered(place, 1, { behaviour: 'well, again' });
      return { ended: deployed(await deploy(place, charts)), serves: charts };
    },
  },
  {
    name: 'an autoscaler scales meanwhile',
    async roll(place) {
      const autoscaler = {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: names.autoscalers.api, namespace: place.namespace },
        spec: {
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: names.api },
          minReplicas: 2,
          maxReplicas: 6,
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 90 } } }],
        },
      };
      // A pod is ready 3 s after it started: there is time to scale.
      const slow = {
        others: [autoscaler],
        container: { readinessProbe: { httpGet: { path: '/ready', port: 8080 }, initialDelaySeconds: 3, periodSeconds: 1 } },
      };
      deployed(await deploy(place, numbered(place, 1, slow)));
      const next = numbered(place, 2, slow);
      const waits = Promise.withResolvers<void>();
      const rolling = deploy(place, next, { onLine: (line: string) => void (/^… .*Deployment/.test(line) && waits.resolve()) });
      await Promise.race([waits.promise, rolling]);
      // Only the autoscaler's least number changes: it is the autoscaler that scales.
      const more = ['--field-manager=leyenda', '--type=merge', '--patch', '{"spec":{"minReplicas":4}}'];
      await kubectl(['patch', 'hpa', names.autoscalers.api, '-n', place.namespace, ...more]);
      const ended = deployed(await rolling);
      for (let tries = 0; tries < 60; tries += 1) {
        const { spec, status } = await getJson('deployment', names.api, '-n', place.namespace);
        if (spec.replicas === 4 && status.readyReplicas === 4) return { ended, figures: '2 → 4 pods, which stayed', serves: next };
        await sleep(500);
      }
      throw new Error('the autoscaler did not get its 4 pods');
    },
  },
  {
    name: 'two deploys at once',
    async roll(place) {
      await installed(place);
      const charts = [numbered(place, 2), numbered(place, 3)] as const;
      const both = await Promise.all(charts.map((one) => deploy(place, one)));
      const winner = both.findIndex(({ outcome }) => outcome === 'deployed');
      const [won, lost] = [both[winner], both[1 - winner]];
      if (won === undefined || lost === undefined || lost.exitCode !== 6)
        throw new Error(`ended ${both.map(({ cause }) => cause).join('; ')}`);
      return { ended: won, figures: `the other: ${lost.cause}`, serves: charts[winner] ?? [] };
    },
  },
  ...Object.entries(moments).map(([when, moment]) => killed(when, moment)),
];

export const good: readonly Good[] = scenarios.map(asGood);
