import { afterAll, describe, expect, test } from '@jest/globals';
import { setup } from './cluster.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { disruptions } from './verdicts/disruptions.ts';
import { peers, tryPeer } from './verdicts/peers.ts';
import { startProxy } from './verdicts/proxy.ts';
import { tryLeyenda } from './verdicts/trial.ts';

const found = setup();

if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else disrupted(found.images.standIn);

/** Disruptions of the cluster during a rollout, one after the other, because each affects the whole cluster. */
function disrupted(image: string) {
  const proxy = startProxy();
  const kubectlToo = peers.filter(({ tool }) => tool === 'kubectl');

  describe('A verdict is not changed by what happens to the cluster', () => {
    record('disruption', 'tool', 'verdict', 'to verdict', 'to restored', 'in all', 'cause');
    for (const scenario of disruptions(proxy)) {
      const titled = scenario.impossible === undefined ? test : test.skip;
      titled(
        `${scenario.name}${scenario.impossible === undefined ? '' : ` (skipped: ${scenario.impossible})`}`,
        async () => {
          const { said, cause, right, toVerdict, toRestored, total } = await tryLeyenda(scenario, image);
          record(scenario.name, 'leyenda', said, seconds(toVerdict), seconds(toRestored), seconds(total), cause);
          expect({ said, cause, right }).toEqual({ said: scenario.expected, cause: expect.stringMatching(scenario.cause), right: true });
          for (const peer of scenario.withKubectl === true ? kubectlToo : []) {
            const verdict = await tryPeer(peer, scenario, image);
            record(
              '',
              peer.tool,
              `${verdict.right ? 'right' : 'WRONG'} (${verdict.said})`,
              '-',
              '-',
              seconds(verdict.total),
              verdict.cause,
            );
          }
        },
        400_000,
      );
    }
  });

  afterAll(async () => {
    (await proxy).close();
    printLedger();
  });
}
