import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Chart } from '../../scripts/rollout/plan/deploy-order.ts';
import { readHistory } from '../../scripts/rollout/record/release-history.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { startApiProxy } from './verdicts/api-proxy.ts';
import { createChaos, createRandom } from './verdicts/chaos.ts';
import { clusterAt, deployCharts, type Ended } from './verdicts/leyenda.ts';
import { type Place, releaseOf } from './verdicts/scenarios.ts';
import { type Fault, simulated, simulationMissing, smokeFails, smokePasses } from './verdicts/simulated.ts';
import { isInPlace, leave, median, placeFor, servesSoon } from './verdicts/trial.ts';

/** Run by hand: CHAOS_DEPLOYS=100 takes half an hour on two cores. CHAOS_SEED repeats a run, as far as time allows. */
const deploys = Number(process.env.CHAOS_DEPLOYS ?? 0);
const seed = Number(process.env.CHAOS_SEED ?? 1);
const lanes = Number(process.env.CHAOS_LANES ?? 6);
const timeoutSeconds = 120;
/** Timeout, budget of a rollback, and what evidence and records may take. */
const longestSeconds = timeoutSeconds + 120 + 30;

type Bad = Fault | 'silent';
const faults: readonly Bad[] = ['crash', 'unready', 'image-pull', 'oom', 'silent'];
const codes: Readonly<Record<Bad, readonly string[]>> = {
  crash: ['crash-loop'],
  unready: ['never-ready'],
  'image-pull': ['image-not-found'],
  // A simulated node forgets how the last run ended once the container runs again: whether it is seen depends on the network.
  oom: ['oom-killed', 'crash-loop'],
  silent: ['smoke-failed'],
};

interface Row {
  readonly lane: number;
  readonly release: string;
  readonly expected: readonly string[];
  readonly ended: Ended;
  readonly seconds: number;
  /** Whether the release that the verdict names serves. */
  readonly isTrue: boolean;
  readonly recorded: string;
}
const rows: Row[] = [];
/** Causes of attempts that ended before anything was written. */
const rejected: string[] = [];

const missing = deploys === 0 ? 'set CHAOS_DEPLOYS to the number of deploys' : await simulationMissing();

if (missing) test.skip(`skipped: ${missing}`, () => {});
else
  describe(`${deploys} deploys, good and bad, while API calls are delayed, dropped, reset and stalled (seed ${seed})`, () => {
    test('get the right verdict within their time, and leave no record as deploying', async () => {
      await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)));
      expect(rows).toHaveLength(deploys);
      expect(rows.filter((row) => wrongOf(row) !== undefined).map((row) => `${row.lane} ${row.release}: ${wrongOf(row)}`)).toEqual([]);
    }, 5_400_000);

    afterAll(() => {
      record('release', 'must be', 'outcome', 'code', 'seconds', 'record', 'wrong', 'cause');
      for (const row of rows) {
        const { outcome, code, cause } = row.ended;
        record(
          row.release,
          row.expected.join(' or '),
          outcome,
          code,
          seconds(row.seconds),
          row.recorded,
          wrongOf(row) ?? '',
          cause.slice(0, 120),
        );
      }
      const times = rows.map((row) => row.seconds);
      record('median', '', '', '', seconds(median(times)));
      record('longest', '', '', '', seconds(Math.max(...times)));
      record('rejected before the first write, and retried', String(rejected.length));
      printLedger();
    });
  });

/** A namespace in which one release after the other is deployed through a proxy of its own. */
async function runLane(lane: number): Promise<void> {
  const random = createRandom(seed * 1000 + lane);
  const place = await placeFor(`chaos ${lane}`, '');
  const first = await deployCharts(place.namespace, releaseOf(place, simulated(0)), { soakSeconds: 0, smoke: smokePasses });
  if (first.outcome !== 'deployed') throw new Error(`lane ${lane}: the first release was not deployed: ${first.cause}`);
  const proxy = await startApiProxy(createChaos(random));
  let serving = releaseOf(place, simulated(0));
  for (let number = 1; (number - 1) * lanes + lane < deploys; number += 1) {
    const fault = (number + lane) % 2 === 1 ? undefined : faults[Math.floor(random() * faults.length)];
    const next = releaseOf(place, simulated(number, fault === 'silent' ? undefined : fault));
    let startedMs = 0;
    const ended = await retried(() => {
      startedMs = Date.now();
      return deployCharts(place.namespace, next, {
        timeoutSeconds,
        soakSeconds: 2,
        waitSeconds: 20,
        server: proxy.server,
        smoke: fault === 'silent' ? failsFor(place, next) : smokePasses,
      });
    });
    const took = since(startedMs);
    const isDeployed = ended.outcome === 'deployed';
    const isTrue = ['deployed', 'rolled-back'].includes(ended.outcome)
      ? await servesSoon(place.namespace, isDeployed ? next : serving)
      : ended.exitCode !== 0;
    const [newest] = await readHistory(clusterAt(), place.namespace);
    rows.push({
      lane,
      release: `${lane}/${number} ${fault ?? 'good'}`,
      expected: fault === undefined ? ['deployed'] : codes[fault],
      ended,
      seconds: took,
      isTrue,
      recorded: newest?.outcome ?? 'none',
    });
    if (isDeployed) serving = next;
    else if (!(await servesSoon(place.namespace, serving))) {
      const repaired = await deployCharts(place.namespace, serving, { soakSeconds: 0, smoke: smokePasses, waitSeconds: 20 });
      if (repaired.exitCode !== 0) throw new Error(`lane ${lane}: ${repaired.cause}`);
    }
  }
  proxy.close();
  await leave(place);
}

/** Retries a deploy that was rejected before it started: a network failure at the first request looks like a wrong address. */
async function retried(attempt: () => Promise<Ended>): Promise<Ended> {
  for (let tries = 1; ; tries += 1) {
    const ended = await attempt();
    if (ended.outcome !== 'rejected' || tries === 20) return ended;
    rejected.push(ended.cause);
    await sleep(2000);
  }
}

/** Fails while this release is deployed: a rollback tests the earlier release. */
const failsFor =
  ({ namespace }: Place, next: readonly Chart[]): typeof smokeFails =>
  async (...args) =>
    ((await isInPlace(namespace, next)) ? smokeFails : smokePasses)(...args);

/** What is wrong about how a deploy ended; undefined if nothing is. */
function wrongOf(row: Row): string | undefined {
  const { expected, seconds: took, isTrue, recorded } = row;
  const { outcome, code } = row.ended;
  if (took > longestSeconds) return `took longer than ${longestSeconds} s`;
  if (recorded === 'deploying') return 'its record is left as deploying';
  if (!isTrue) return 'something else serves than it says';
  if (expected.includes('deployed')) return outcome === 'deployed' ? undefined : 'a good release';
  return outcome === 'deployed' || !expected.includes(code) ? 'a bad release' : undefined;
}
