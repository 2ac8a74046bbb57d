import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeObject } from '../../../scripts/cluster/objects.ts';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';
import { type Result, run } from '../cluster.ts';
import { type Place, releaseOf, type Scenario } from './scenarios.ts';
import { objectsOf } from './shop.ts';
import { leave, nextOf, placeFor, servesSoon, type Verdict } from './trial.ts';

/** Every tool is given as long. */
export const secondsAllowed = 120;

/** How another tool deploys a release; an exit code other than 0 reports a failure. */
interface Peer {
  readonly tool: string;
  readonly install: (place: Place, charts: readonly Chart[], folder: string) => Promise<Result>;
  readonly upgrade: (place: Place, charts: readonly Chart[], folder: string, kubeconfig: readonly string[]) => Promise<Result>;
}

const isJob = ({ kind }: KubeObject) => kind === 'Job';
const workloadsOf = (charts: readonly Chart[]) => objectsOf(charts).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
const shown = ({ kind, metadata }: KubeObject) => `${kind.toLowerCase()}/${metadata.name}`;

/** Applies, then waits with `kubectl rollout status`; a migration comes first and is awaited. */
async function byKubectl({ namespace }: Place, charts: readonly Chart[], to: readonly string[]): Promise<Result> {
  const apply = (objects: readonly KubeObject[]) =>
    run('kubectl', [...to, 'apply', '--server-side', '-n', namespace, '-f', '-'], {
      input: objects.map((one) => JSON.stringify(one)).join('\n---\n'),
    });
  for (const job of objectsOf(charts).filter(isJob)) {
    const applied = await apply([job]);
    if (applied.code !== 0) return applied;
    const done = await run('kubectl', [
      ...to,
      'wait',
      '-n',
      namespace,
      shown(job),
      '--for=condition=complete',
      `--timeout=${secondsAllowed}s`,
    ]);
    if (done.code !== 0) return done;
  }
  const applied = await apply(objectsOf(charts).filter((object) => !isJob(object)));
  if (applied.code !== 0) return applied;
  for (const workload of workloadsOf(charts)) {
    const status = await run('kubectl', [...to, 'rollout', 'status', shown(workload), '-n', namespace, `--timeout=${secondsAllowed}s`]);
    if (status.code !== 0) return status;
  }
  return applied;
}

/** The same objects as a chart of Helm's; the migration is a hook, as Helm's documentation has it. */
function writeChart(folder: string, charts: readonly Chart[]): void {
  const hook = { 'helm.sh/hook': 'pre-install,pre-upgrade' };
  const objects = objectsOf(charts).map((object) =>
    isJob(object) ? { ...object, metadata: { ...object.metadata, annotations: hook } } : object,
  );
  mkdirSync(join(folder, 'templates'), { recursive: true });
  writeFileSync(join(folder, 'Chart.yaml'), 'apiVersion: v2\nname: shop\nversion: 1.0.0\n');
  writeFileSync(join(folder, 'templates/all.yaml'), objects.map((one) => JSON.stringify(one)).join('\n---\n'));
}
const helm = (...args: readonly string[]) => run('helm', args);

export const peers: readonly Peer[] = [
  {
    tool: 'kubectl',
    install: (place, charts) => byKubectl(place, charts, []),
    upgrade: (place, charts, _, to) => byKubectl(place, charts, to),
  },
  {
    tool: 'helm',
    install: ({ namespace }, charts, folder) => {
      writeChart(folder, charts);
      return helm('install', 'shop', folder, '-n', namespace, '--wait', `--timeout=${secondsAllowed}s`);
    },
    upgrade: ({ namespace }, charts, folder) => {
      writeChart(folder, charts);
      return helm(
        'upgrade',
        'shop',
        folder,
        '-n',
        namespace,
        '--rollback-on-failure',
        '--wait',
        '--wait-for-jobs',
        `--timeout=${secondsAllowed}s`,
      );
    },
  },
];

const lastLine = ({ stdout, stderr }: Result): string => (stderr || stdout).trim().split('\n').at(-1)?.slice(0, 300) ?? '';

/** Runs a scenario with another tool. The result is right if it reports a bad release and the expected release is deployed afterwards. */
export async function tryPeer({ tool, install, upgrade }: Peer, scenario: Scenario, image: string): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-peer-'));
  const place = await placeFor(scenario.name, image, tool);
  try {
    const before = releaseOf(place, scenario.before ?? {});
    await scenario.given?.(place);
    const first = await install(place, before, folder);
    if (first.code !== 0) throw new Error(`${scenario.name}, ${tool}: the release before was not installed: ${lastLine(first)}`);
    await scenario.afterFirst?.(place);
    const over = new AbortController();
    const meanwhile = scenario.meanwhile?.(place, over.signal, Promise.resolve());
    const next = nextOf(scenario, place);
    const started = Date.now();
    const ended = await upgrade(place, next, folder, scenario.server === undefined ? [] : ['--server', await scenario.server()]);
    const total = (Date.now() - started) / 1000;
    over.abort();
    await meanwhile;
    await scenario.afterVerdict?.(place);
    const isGood = scenario.expected === 'deployed';
    const isTrue = (ended.code === 0) === isGood;
    const right = isTrue && (await servesSoon(place.namespace, isGood ? next : before));
    const said = `${ended.code === 0 ? 'says deployed' : 'says failed'}${isTrue && !right ? ', leaves it in place' : ''}`;
    return { tool, said, cause: ended.code === 0 ? '' : lastLine(ended), toVerdict: undefined, toRestored: undefined, total, right };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await leave(place);
  }
}
