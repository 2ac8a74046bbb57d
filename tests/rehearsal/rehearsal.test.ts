import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import type { Rehearsal } from '../../scripts/cli/context.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { parseJson } from '../../scripts/values/json.ts';

const exec = promisify(execFile);
const { KUBECONFIG, REHEARSAL_REGISTRY: registry } = process.env;
const missing = [
  ...(KUBECONFIG === undefined ? ['KUBECONFIG'] : []),
  ...(registry === undefined ? ['REHEARSAL_REGISTRY'] : []),
  ...(await exec('act', ['--version']).then(
    () => [],
    () => ['act on PATH'],
  )),
];

interface Run {
  readonly code: number;
  readonly rehearsal: Rehearsal;
  /** Result of each job. */
  readonly results: Readonly<Record<string, string>>;
}
async function rehearse(...args: readonly string[]): Promise<Run> {
  const argv = ['scripts/leyenda.js', 'workflows', 'rehearse', ...args, '--registry', registry ?? '', '--json'];
  const { code, stdout, stderr } = await exec(process.execPath, argv, { maxBuffer: 2 ** 28 }).then(
    (ended) => ({ code: 0, ...ended }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  const document = parseJson(stdout);
  if (!isDocument(document)) throw new Error(`no rehearsal: ${stderr.slice(-4000)}`);
  const { rehearsal } = document;
  const seconds = rehearsal.jobs.map(({ job, result, seconds }) => `${job} ${result} ${seconds} s`);
  console.error(`${args.join(' ')}: ${seconds.join(', ')}; not run: ${rehearsal.notRun.join('; ')}`);
  return { code, rehearsal, results: Object.fromEntries(rehearsal.jobs.map(({ job, result }) => [job, result])) };
}
const isDocument = (value: unknown): value is { readonly rehearsal: Rehearsal } =>
  typeof value === 'object' && value !== null && 'rehearsal' in value;

/** Image and ready replicas of the API. */
async function deployedIn(environment: 'staging' | 'production') {
  const template = '{.spec.template.spec.containers[0].image} {.status.readyReplicas}';
  const args = ['get', 'deployment', names.api, '--namespace', `rehearsal-${environment}`, '--output', `jsonpath=${template}`];
  return (await exec('kubectl', args)).stdout;
}

const withRehearsal = missing.length === 0 ? describe : describe.skip;
withRehearsal(missing.length === 0 ? 'On a cluster,' : `skipped, not set: ${missing.join(', ')}`, () => {
  let good: Run;
  let serving: readonly string[];
  const bothServe = () => Promise.all([deployedIn('staging'), deployedIn('production')]);
  beforeAll(async () => {
    good = await rehearse('release');
    serving = await bothServe();
  });

  test('a commit is tested, built, scanned, pushed, signed, and verified in staging and production', () => {
    expect(good).toMatchObject({ code: exitCodes.ok, results: { staging: 'success', production: 'success' } });
    expect(Object.values(good.results)).not.toContain('failure');
    expect(good.rehearsal.deployments).toEqual([
      expect.stringMatching(/^staging: .*success$/),
      expect.stringMatching(/^production: .*success$/),
    ]);
    expect(serving).toEqual([1, 2].map(() => expect.stringMatching(/^ghcr\.io\/example\/captions\/\S+@sha256:[0-9a-f]{64} [1-9]$/)));
  });

  test('a bad commit is rolled back in staging and never reaches production', async () => {
    const bad = await rehearse('release', '--bad-commit');
    expect(bad).toMatchObject({ code: exitCodes.failed, results: { sign: 'success', staging: 'failure', production: 'skipped' } });
    expect(bad.rehearsal.deployments).toEqual([expect.stringMatching(/^staging: .*failure$/)]);
    expect(await bothServe()).toEqual(serving);
  });

  test('the nightly workflow finds the deployed images and no drift', async () => {
    const { results } = await rehearse('nightly');
    const of = (environment: string) => ({ [`deployed-${environment}`]: 'success', [`drift-${environment}`]: 'success' });
    expect(results).toMatchObject({ ...of('staging'), ...of('production') });
  });
});
