import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metadataKeys, names } from '../../contract/product.ts';
import { adminCharts } from '../../manifests/chart-names.ts';
import { canaryNames } from '../../manifests/constructs/canary.ts';
import { local } from '../../manifests/environments/local.ts';
import type { Gate } from '../../manifests/environments/strategy.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { deployerConfig, getJson, type Images, kubectl, kubectlResult, namespace, run, setup } from './cluster.ts';
import { type Declared, declared } from './declared.ts';
import { call } from './edge-call.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { edgeCertificate, givenLocal, leftOut } from './local-environment.ts';
import { until, whole } from './whole.ts';

const found = setup();
// ADDRESS:PORT of the gateway by TLS, as this machine reaches it.
const edge = process.env.E2E_EDGE_HTTPS;
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else if (!edge) test.skip('skipped: E2E_EDGE_HTTPS says where the gateway is', () => {});
else canaries(found.images, edge);

const gate: Gate = { minRequests: 50, metricsTimeoutSeconds: 60 };
const half = (soakSeconds: number, more: { readonly gate?: Gate } = {}) => ({
  kind: 'canary' as const,
  steps: [{ weight: 50, soakSeconds }] as const,
  ...more,
});
/** A model without a server: the release is ready, but new requests fail. */
const unreachable = { OPENAI_BASE_URL: 'https://127.0.0.1/v1' };

/** What a caller got, and when. */
interface Seen {
  readonly at: number;
  readonly status: number;
  readonly release: string;
}

/** Callers through the edge while something happens: every answer, and the share of the new release at every moment. */
async function watched<Result>(to: string, work: () => Promise<Result>) {
  const { host } = local.edge;
  const ca = await edgeCertificate();
  const answers: Seen[] = [];
  const weights: { readonly at: number; readonly weight: number }[] = [];
  let count = 0;
  let running = true;
  const caller = async () => {
    while (running) {
      count += 1;
      const body = {
        content_description: `A lighthouse, number ${count}, ${Date.now()}`,
        style: 'casual',
        audience: 'travel',
        client_id: 'e2e',
      };
      const answer = await call({ to, host, ca, path: '/api/v4/generate', method: 'POST', body }).catch((error: unknown) => ({
        status: 0,
        headers: { 'x-release': String(error) },
      }));
      answers.push({ at: Date.now(), status: answer.status ?? 0, release: String(answer.headers['x-release'] ?? 'none') });
      await sleep(100);
    }
  };
  const observer = async () => {
    while (running) {
      weights.push({ at: Date.now(), weight: await weightNow() });
      await sleep(500);
    }
  };
  const all = [...Array.from({ length: 6 }, caller), observer()];
  const result = await work().finally(async () => {
    // Callers go on for a while: what comes after is part of it.
    await sleep(3000);
    running = false;
    await Promise.all(all);
  });
  return { result, answers, weights };
}

async function weightNow(): Promise<number> {
  const { spec } = await getJson('httproute', names.route, '-n', namespace);
  const refs: { name: string; weight?: number }[] = spec.rules.flatMap((rule: { backendRefs?: object[] }) => rule.backendRefs ?? []);
  return refs.find(({ name }) => name === canaryNames(names).service)?.weight ?? 0;
}

const releaseNow = async (): Promise<string> =>
  (await getJson('deployment', names.api, '-n', namespace)).spec.template.metadata.annotations[metadataKeys.release];

async function deployDeclared(image: string, declaration: Declared) {
  const input = JSON.stringify({ image, ...declaration });
  const { code, stdout, stderr } = await run('node', ['tests/e2e/deploy-declared.ts'], { input, env: { KUBECONFIG: deployerConfig } });
  const report = JSON.parse(stdout || '{}');
  if (!report.seconds) throw new Error(`the deploy returned ${stdout}${stderr}`.slice(0, 3000));
  return { code, report, stderr };
}

/** What an administrator applies again when the strategy of an environment changes. */
async function giveAdminCharts(declaration: Declared, image: string): Promise<void> {
  const objects = synthesizeEnvironment(declared(declaration), image)
    .filter(({ chart }) => adminCharts.some((name) => name === chart))
    .flatMap((chart) => chart.objects)
    .filter(({ metadata }) => !leftOut.includes(metadata.labels?.[metadataKeys.component] ?? ''));
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
}

function canaries(images: Images, to: string) {
  const assertNoCanary = async () => {
    const { deployment, service } = canaryNames(names);
    const there = await kubectlResult([
      'get',
      `deployment/${deployment}`,
      `service/${service}`,
      '-n',
      namespace,
      '--ignore-not-found',
      '-o',
      'name',
    ]);
    expect({ weight: await weightNow(), canary: there.stdout.trim() }).toEqual({ weight: 0, canary: '' });
  };

  describe('A canary on a real cluster', () => {
    beforeAll(async () => {
      record('scenario', 'verdict', 'in all', 'figures');
      await givenLocal(images.one);
      await giveAdminCharts({ strategy: half(30, { gate }) }, images.one);
      const { code, stderr } = await deployDeclared(images.one, { strategy: half(5) });
      expect({ code, stderr: code === exitCodes.ok ? '' : stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
      await whole(120);
      await whole(120, local.monitoring.namespace);
    }, 600_000);
    afterAll(async () => {
      printLedger();
      const where = local.monitoring.namespace;
      await kubectl(['delete', `service/${canaryNames(names).metrics}`, '-n', namespace, '--ignore-not-found']);
      await kubectl(['delete', `role/${namespace}-gate`, `rolebinding/${namespace}-gate`, '-n', where, '--ignore-not-found']);
    }, 60_000);

    test('gets half of the traffic at weight 50 and is promoted without failed requests', async () => {
      const before = await releaseNow();
      const { result, answers, weights } = await watched(to, () => deployDeclared(images.two, { strategy: half(30, { gate }) }));
      const after = await releaseNow();
      expect({ outcome: result.report.outcome, said: result.report.outcome === 'deployed' ? '' : result.stderr }).toEqual({
        outcome: 'deployed',
        said: '',
      });
      expect(result.report.strategy).toMatchObject({ outcome: 'promoted', steps: [{ weight: 50, gate: { result: 'pass' } }] });
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);

      const shared = weights.filter(({ weight }) => weight === 50).map(({ at }) => at);
      // The edge takes a moment, and at the end the stable release is the same.
      const [from, until_] = [(shared[0] ?? 0) + 5000, (shared[0] ?? 0) + 30_000];
      const during = answers.filter(({ at }) => at > from && at < until_);
      const share = during.filter(({ release }) => release === after).length / during.length;
      record(
        'canary at weight 50',
        result.report.outcome,
        seconds(result.report.seconds.total),
        `${during.length} answers, ${(share * 100).toFixed(1)} % of them by the new release; ${answers.length} in all, 0 failed; ${result.report.strategy.steps[0].gate.why}`,
      );
      expect(during.length).toBeGreaterThan(200);
      expect(share).toBeGreaterThan(0.4);
      expect(share).toBeLessThan(0.6);
      expect(new Set(answers.map(({ release }) => release))).toEqual(new Set([before, after]));
      await assertNoCanary();
    }, 400_000);

    test('that returns errors is rolled back automatically without failed requests on the stable release', async () => {
      const stable = await releaseNow();
      const { result, answers } = await watched(to, () =>
        deployDeclared(images.two, { strategy: half(30, { gate }), config: unreachable }),
      );
      const bad = answers.filter(({ release }) => release !== stable);
      const [first, last] = [bad.at(0)?.at ?? 0, bad.at(-1)?.at ?? 0];
      record(
        'canary that answers 5xx',
        `${result.report.outcome} (${result.report.evidence?.code})`,
        seconds(result.report.seconds.total),
        `${bad.length} answers by the bad release in ${((last - first) / 1000).toFixed(1)} s, ${answers.length - bad.length} by the stable one, 0 failed: ${result.report.evidence?.cause}`,
      );
      expect(result).toMatchObject({
        code: exitCodes.rolledBack,
        report: { outcome: 'rolled-back', evidence: { code: 'gate-failed' }, strategy: { outcome: 'aborted' } },
      });
      expect(bad.some(({ status }) => status >= 500)).toBe(true);
      expect(answers.filter(({ release, status }) => release === stable && status !== 200)).toEqual([]);
      expect(await releaseNow()).toBe(stable);
      expect((last - first) / 1000).toBeLessThan(25);
      await assertNoCanary();
    }, 400_000);

    test('whose deploy is killed with SIGKILL while it has callers is cleared up by the next one', async () => {
      const stable = await releaseNow();
      const input = JSON.stringify({ image: images.one, strategy: half(60) });
      const env = { ...process.env, KUBECONFIG: deployerConfig };
      const child = spawn('node', ['tests/e2e/deploy-declared.ts'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
      const exited = once(child, 'exit');
      child.stdin.end(input);
      await until(weightNow, (weight) => weight === 50 || child.exitCode !== null, 120);
      child.kill('SIGKILL');
      expect(await exited).toEqual([null, 'SIGKILL']);
      expect(await weightNow()).toBe(50);
      const { code, report, stderr } = await deployDeclared(images.two, { strategy: half(5) });
      expect({ code, stderr: code === exitCodes.ok ? '' : stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
      record('deploy killed at weight 50, then another', report.outcome, seconds(report.seconds.total), report.state);
      expect(await releaseNow()).toBe(stable);
      await assertNoCanary();
    }, 400_000);
  });
}
