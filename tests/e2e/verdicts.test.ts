import { afterAll, describe, expect, test } from '@jest/globals';
import { setup } from './cluster.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { inContainers } from './verdicts/containers.ts';
import { good } from './verdicts/good.ts';
import { peers, tryPeer } from './verdicts/peers.ts';
import { openDoors } from './verdicts/registry.ts';
import { bad, patient, type Scenario } from './verdicts/scenarios.ts';
import { median, tryLeyenda, type Verdict } from './verdicts/trial.ts';

const found = setup();
/** Milliseconds, including the wait for earlier tests in the queue. */
const timeoutMs = 1_800_000;

if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else verdicts(found.images.standIn);

/** Every scenario put to the release tool and, where they are there, to kubectl and Helm: right is what says the truth and leaves what should serve. */
function verdicts(image: string) {
  const doors = openDoors(image);
  const results = new Map<string, Verdict>();
  const scenarios = [...bad, ...inContainers, ...patient];

  /** A scenario that needs a registry of its own is left out where there is none, and said to be. */
  async function possible({ name, registry }: Scenario): Promise<boolean> {
    const is = registry !== true || (await doors) !== undefined;
    if (!is) process.stderr.write(`skipped: ${name}: E2E_CONTAINERD_HOSTS and E2E_REGISTRY do not say how to give nodes a registry\n`);
    return is;
  }

  describe('A good release is deployed', () => {
    for (const scenario of good) {
      test.concurrent(
        scenario.name,
        async () => {
          const verdict = await scenario.verdict(image);
          results.set(scenario.name, verdict);
          expect({ said: verdict.said, right: verdict.right }).toEqual({ said: scenario.expected, right: true });
        },
        timeoutMs,
      );
    }
  });

  describe('A release gets the verdict that it deserves', () => {
    for (const scenario of scenarios) {
      test.concurrent(
        scenario.name,
        async () => {
          if (!(await possible(scenario))) return;
          const verdict = await tryLeyenda(scenario, image);
          results.set(scenario.name, verdict);
          const { said, cause, right } = verdict;
          expect({ said, cause, right }).toEqual({ said: scenario.expected, cause: expect.stringMatching(scenario.cause), right: true });
        },
        timeoutMs,
      );
    }
  });

  // They wait for as long as they are let: a quarter of an hour, which is worth it only now and then.
  const peerComparison = process.env.E2E_PEERS === '1' ? describe : describe.skip;
  peerComparison('Comparison with other tools (E2E_PEERS=1)', () => {
    for (const peer of peers) {
      for (const scenario of scenarios.filter(({ alone }) => alone !== true)) {
        test.concurrent(
          `${peer.tool} says of: ${scenario.name}`,
          async () => {
            if (!(await possible(scenario))) return;
            results.set(`${peer.tool}: ${scenario.name}`, await tryPeer(peer, scenario, image));
          },
          timeoutMs,
        );
      }
    }
  });

  afterAll(async () => {
    (await doors)?.();
    const peerResult = (tool: string, name: string) => {
      const verdict = results.get(`${tool}: ${name}`);
      return verdict === undefined ? '-' : `${verdict.right ? 'right' : 'WRONG'}: ${verdict.said}, ${seconds(verdict.total)}`;
    };
    record('scenario', 'verdict', 'to verdict', 'to restored', 'in all', 'kubectl', 'helm', 'cause or figures');
    for (const { name } of [...good, ...scenarios]) {
      const verdict = results.get(name);
      if (verdict === undefined) continue;
      const { said, toVerdict, toRestored, total, cause } = verdict;
      record(
        name,
        said,
        seconds(toVerdict),
        seconds(toRestored),
        seconds(total),
        peerResult('kubectl', name),
        peerResult('helm', name),
        cause,
      );
    }
    const own = scenarios.map(({ name }) => results.get(name)).filter((verdict) => verdict !== undefined);
    const [verdictTimes, restoredTimes] = [own.map(({ toVerdict }) => toVerdict), own.map(({ toRestored }) => toRestored)].map((times) =>
      times.filter((time) => time !== undefined),
    );
    record('median', '', seconds(median(verdictTimes ?? [])), seconds(median(restoredTimes ?? [])));
    record('longest', '', seconds(Math.max(...(verdictTimes ?? []))), seconds(Math.max(...(restoredTimes ?? []))));
    for (const tool of ['', ...peers.map((peer) => `${peer.tool}: `)]) {
      const all = scenarios.map(({ name }) => results.get(`${tool}${name}`)).filter((verdict) => verdict !== undefined);
      if (all.length > 0) record(`${tool || 'leyenda: '}right in`, `${all.filter(({ right }) => right).length} of ${all.length}`);
    }
    printLedger();
  }, 60_000);
}
