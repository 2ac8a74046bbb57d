import { spawn } from 'node:child_process';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { Chart } from '../../scripts/rollout/plan/deploy-order.ts';
import { readHistory } from '../../scripts/rollout/record/release-history.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { startApiProxy } from './verdicts/api-proxy.ts';
import { clusterAt, deployCharts } from './verdicts/leyenda.ts';
import { type Place, releaseOf } from './verdicts/scenarios.ts';
import { type Fault, simulated, simulationMissing, smokePasses } from './verdicts/simulated.ts';
import { leave, placeFor, servesSoon } from './verdicts/trial.ts';

/** Run by hand: the tool is killed at every nth call, KILL_EVERY=1 at each of them. */
const every = Number(process.env.KILL_EVERY ?? 0);
const atOnce = Number(process.env.KILL_LANES ?? 4);
/** Of a good release, and of a bad one with its rollback. */
const releases: Readonly<Record<string, Fault | undefined>> = { good: undefined, bad: 'crash' };

const missing = every === 0 ? 'set KILL_EVERY to kill the tool at every so many calls' : await simulationMissing();

if (missing) test.skip(`skipped: ${missing}`, () => {});
else
  describe('A release tool that is killed at an API call', () => {
    for (const [kind, fault] of Object.entries(releases)) {
      test(`leaves a namespace to which the next deploy succeeds: ${kind} release`, async () => {
        const calls = await callsOf(`${kind} recorded`, fault);
        record(`${kind} release`, `${calls.length} calls`);
        expect(calls.length).toBeGreaterThan(20);
        const killed = new Set<number>();
        const numbers = Array.from(calls.keys(), (index) => index + 1).filter((number) => number % every === 0 || every === 1);
        const failures: string[] = [];
        const next = numbers.values();
        const lane = async () => {
          for (const number of next) {
            const onKilled = () => void killed.add(number);
            const failed = await tryKill(`${kind} ${number}`, fault, number, onKilled).catch((error: unknown) => String(error));
            if (failed === undefined) continue;
            failures.push(`${number} of ${calls.length}: ${failed}`);
            process.stderr.write(`killed at a call of the ${kind} release: ${failures.at(-1)}\n`);
          }
        };
        await Promise.all(Array.from({ length: atOnce }, lane));
        expect(failures).toEqual([]);
        // How often a deploy looks at its pods varies: the last of the recorded calls may not come.
        expect(killed.size).toBeGreaterThan(numbers.length * 0.8);
      }, 3_600_000);
    }

    afterAll(printLedger);
  });

const bare = (call: string): string => call.replace(/\?.*/, '');

/** A namespace where release 0 serves. */
async function installed(name: string): Promise<Place> {
  const place = await placeFor(`killed ${name}`, '');
  const first = await deployCharts(place.namespace, releaseOf(place, simulated(0)), { soakSeconds: 0, smoke: smokePasses });
  if (first.outcome !== 'deployed') throw new Error(`the first release was not deployed: ${first.cause}`);
  return place;
}

/** The API calls of a whole deploy, in order. */
async function callsOf(name: string, fault: Fault | undefined): Promise<readonly string[]> {
  const place = await installed(name);
  const proxy = await startApiProxy();
  await runProgram(place, releaseOf(place, simulated(1, fault)), proxy.server);
  proxy.close();
  await leave(place);
  return proxy.calls;
}

/** Runs a deploy in a process of its own. @returns the signal that ended it */
function runProgram({ namespace }: Place, charts: readonly Chart[], server: string, onStarted: (kill: () => void) => void = () => {}) {
  return new Promise<string | null>((resolve, reject) => {
    const child = spawn(process.execPath, ['tests/e2e/verdicts/deploy-program.ts'], { stdio: ['pipe', 'ignore', 'pipe'] });
    let printed = '';
    child.stderr.on('data', (chunk) => {
      printed += String(chunk);
    });
    child.on('error', reject);
    child.on('close', (code, signal) =>
      code === 0 || signal !== null ? resolve(signal) : reject(new Error(`the deploy ended with ${code}:\n${printed}`)),
    );
    child.stdin.end(JSON.stringify({ namespace, charts, server, simulated: true }));
    onStarted(() => child.kill('SIGKILL'));
  });
}

/** Kills a deploy after the API server handled its call of this number and before it saw the answer. @returns what went wrong afterwards */
async function tryKill(name: string, fault: Fault | undefined, number: number, onKilled: () => void): Promise<string | undefined> {
  const place = await installed(name);
  let kill = () => {};
  const proxy = await startApiProxy((call) => (call.number === number ? { does: 'lose', onLost: () => kill() } : { does: 'pass' }));
  const signal = await runProgram(place, releaseOf(place, simulated(1, fault)), proxy.server, (killer) => {
    kill = killer;
  });
  if (signal === 'SIGKILL') onKilled();
  proxy.close();
  const killedAt = bare(proxy.calls[number - 1] ?? 'not reached');
  const next = releaseOf(place, simulated(2));
  const startedMs = Date.now();
  const ended = await deployCharts(place.namespace, next, { soakSeconds: 1, smoke: smokePasses, waitSeconds: 30 });
  const took = since(startedMs);
  const history = await readHistory(clusterAt(), place.namespace);
  const serves = await servesSoon(place.namespace, next);
  record(name, signal ?? 'ended before', killedAt, ended.outcome, seconds(took), history.map(({ outcome }) => outcome).join(', '));
  await leave(place);
  if (ended.outcome !== 'deployed') return `${killedAt}: ${ended.outcome}: ${ended.cause}`;
  if (!serves) return `${killedAt}: the next release does not serve`;
  return history.some(({ outcome }) => outcome === 'deploying') ? `${killedAt}: a record is left as deploying` : undefined;
}
