import { afterAll, describe, expect, test } from '@jest/globals';
import { unpulled } from './control-plane.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { apiServerPidFile } from './verdicts/api-server.ts';
import { peers, tryPeer } from './verdicts/peers.ts';
import { hanging, scenarios } from './verdicts/played.ts';
import { simulationMissing } from './verdicts/simulated.ts';
import { tryLeyenda, type Verdict } from './verdicts/trial.ts';

const timeoutMs = 1_800_000;
const results = new Map<string, Verdict>();
/** kubectl waits for as long as it is let: E2E_PEERS=1. */
const kubectlPeers = process.env.E2E_PEERS === '1' ? peers.filter(({ tool }) => tool === 'kubectl') : [];

/** Some minutes: run by hand. */
const missing = process.env.E2E_SIMULATED === '1' ? await simulationMissing() : 'set E2E_SIMULATED=1 to run it';

if (missing) test.skip(`skipped: ${missing}`, () => {});
else
  describe('What nodes can report, on simulated nodes', () => {
    for (const scenario of scenarios)
      test.concurrent(
        scenario.name,
        async () => {
          const verdict = await tryLeyenda(scenario, unpulled);
          results.set(scenario.name, verdict);
          const { said, cause, right } = verdict;
          expect({ said, cause, right }).toEqual({ said: scenario.expected, cause: expect.stringMatching(scenario.cause), right: true });
        },
        timeoutMs,
      );
    for (const peer of kubectlPeers)
      for (const scenario of scenarios.filter(({ alone }) => alone !== true))
        test.concurrent(
          `${peer.tool} says of: ${scenario.name}`,
          async () => void results.set(`${peer.tool}: ${scenario.name}`, await tryPeer(peer, scenario, unpulled)),
          timeoutMs,
        );

    const hangs = apiServerPidFile() === undefined ? test.skip : test;
    for (const scenario of hanging)
      hangs(
        scenario.name,
        async () => {
          const verdict = await tryLeyenda(scenario, unpulled);
          results.set(scenario.name, verdict);
          const { said, cause, right } = verdict;
          expect({ said, cause, right }).toEqual({ said: scenario.expected, cause: expect.stringMatching(scenario.cause), right: true });
        },
        timeoutMs,
      );

    afterAll(() => {
      record('scenario', 'verdict', 'to verdict', 'to restored', 'in all', 'kubectl', 'cause');
      for (const { name } of [...scenarios, ...hanging]) {
        const verdict = results.get(name);
        if (verdict === undefined) continue;
        const peer = results.get(`kubectl: ${name}`);
        const peerComparison = peer && `${peer.right ? 'right' : 'WRONG'}: ${peer.said}, ${seconds(peer.total)}`;
        const { said, toVerdict, toRestored, total, cause } = verdict;
        record(name, said, seconds(toVerdict), seconds(toRestored), seconds(total), peerComparison, cause);
      }
      printLedger();
    });
  });
