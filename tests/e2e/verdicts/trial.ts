import { setTimeout as sleep } from 'node:timers/promises';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';
import { getJson, kubectl, kubectlResult } from '../cluster.ts';
import { deployCharts, type Ended } from './leyenda.ts';
import { recordRollout } from './recorder.ts';
import { type Place, releaseOf, type Scenario } from './scenarios.ts';
import { objectsOf } from './shop.ts';

/** One row of the ledger: what a tool said of a scenario, and when. */
export interface Verdict {
  readonly tool: string;
  /** `deployed`, the code of a cause, `rejected`, or the outcome of a tool without codes. */
  readonly said: string;
  readonly cause: string;
  /** Seconds from the fact that proves it to the verdict; unknown for tools that do not report it. */
  readonly toVerdict: number | undefined;
  readonly toRestored: number | undefined;
  /** Seconds of the whole. */
  readonly total: number;
  /** Whether what served before serves again, or what should serve now does, and what had to be printed was. */
  readonly right: boolean;
}

export const median = (values: readonly number[]): number | undefined => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A namespace as an administrator gives it: Pod Security restricted. */
export async function placeFor(name: string, image: string, tool = 'leyenda'): Promise<Place> {
  const namespace = `verdict-${`${name} ${tool === 'leyenda' ? '' : tool}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`
    .slice(0, 60)
    .replace(/-$/, '');
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=60s']);
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } }));
  return { namespace, image, tool };
}

/** Takes a place away, in the background: nodes have room for so many pods. */
export const leave = ({ namespace }: Place) => kubectlResult(['delete', 'namespace', namespace, '--wait=false']);

/** The label that distinguishes the pods of two releases. */
const templateOf = (spec: unknown): string | undefined => JSON.stringify(Object(spec)?.template?.metadata?.annotations);

/** Whether every workload of these charts has all its pods ready, and of this very template. */
export async function serves(namespace: string, charts: readonly Chart[]): Promise<boolean> {
  const wanted = objectsOf(charts).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  for (const { kind, metadata, spec } of wanted) {
    const found = await kubectlResult(['get', kind, metadata.name, '-n', namespace, '-o', 'json']);
    if (found.code !== 0) return false;
    const live = JSON.parse(found.stdout);
    if (
      templateOf(live.spec) !== templateOf(spec) ||
      live.status.readyReplicas !== live.spec.replicas ||
      live.status.replicas !== live.spec.replicas
    )
      return false;
  }
  return true;
}

/** As `serves`, within a few seconds: old pods that go are still counted for a moment. */
export async function servesSoon(namespace: string, charts: readonly Chart[]): Promise<boolean> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    if (await serves(namespace, charts)) return true;
    await sleep(500);
  }
  return false;
}

/** Whether the Deployment of these charts is the one in the cluster, in any state. */
export async function isInPlace(namespace: string, charts: readonly Chart[]): Promise<boolean> {
  const [wanted] = objectsOf(charts).filter(({ kind }) => kind === 'Deployment');
  const live = await getJson('deployment', wanted?.metadata.name ?? '', '-n', namespace);
  return templateOf(live.spec) === templateOf(wanted?.spec);
}

/** Whether a release that cannot be rolled back is left in place while enough pods of the earlier one still serve. */
async function isLeftInPlace(namespace: string, next: readonly Chart[]): Promise<boolean> {
  const [wanted] = objectsOf(next).filter(({ kind }) => kind === 'Deployment');
  const live = await getJson('deployment', wanted?.metadata.name ?? '', '-n', namespace);
  return templateOf(live.spec) === templateOf(wanted?.spec) && live.status.readyReplicas >= live.spec.replicas;
}

export const nextOf = ({ next }: Scenario, place: Place): Chart[] => releaseOf(place, typeof next === 'function' ? next(place) : next);

/** Where E2E_RECORD names a folder, the sequence that the judge saw is kept there, to be replayed. */
function recorded({ name }: Scenario, namespace: string, before: readonly Chart[], over: AbortSignal): Promise<void> | undefined {
  const { E2E_RECORD: folder } = process.env;
  const [workload] = objectsOf(before).filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
  if (folder === undefined || workload === undefined) return undefined;
  const target = { kind: workload.kind, name: workload.metadata.name };
  return recordRollout(folder, name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'), namespace, target, over);
}

/** Puts a scenario to the release tool: a good release, then the one in question. */
export async function tryLeyenda(scenario: Scenario, image: string): Promise<Verdict & { readonly ended: Ended }> {
  const place = await placeFor(scenario.name, image);
  const { namespace } = place;
  const before = releaseOf(place, scenario.before ?? {});
  await scenario.given?.(place);
  const first = await deployCharts(namespace, before, {
    soakSeconds: 0,
    ...(scenario.smoke === undefined ? {} : { smoke: scenario.smoke }),
  });
  if (first.outcome !== 'deployed') throw new Error(`${scenario.name}: the release before was not deployed: ${first.cause}`);
  await scenario.afterFirst?.(place);
  const over = new AbortController();
  const waits = Promise.withResolvers<void>();
  const meanwhile = scenario.meanwhile?.(place, over.signal, waits.promise);
  const recording = recorded(scenario, namespace, before, over.signal);
  const started = Date.now();
  let hasPrinted = scenario.prints === undefined;
  const ended = await deployCharts(namespace, nextOf(scenario, place), {
    ...(scenario.timeoutSeconds === undefined ? {} : { timeoutSeconds: scenario.timeoutSeconds }),
    ...(scenario.soakSeconds === undefined ? {} : { soakSeconds: scenario.soakSeconds }),
    ...(scenario.smoke === undefined ? {} : { smoke: scenario.smoke }),
    ...(scenario.server === undefined ? {} : { server: await scenario.server() }),
    onEvidence: () => void scenario.afterVerdict?.(place),
    onLine(line) {
      if (line.startsWith('… ')) waits.resolve();
      hasPrinted ||= scenario.prints?.test(line) === true;
    },
  }).finally(async () => {
    waits.resolve();
    over.abort();
    await Promise.all([meanwhile, recording]);
  });
  const next = nextOf(scenario, place);
  const hasLeftRight =
    ended.outcome === 'frozen'
      ? await isLeftInPlace(namespace, next)
      : await servesSoon(namespace, ended.outcome === 'deployed' ? next : before);
  const right = hasLeftRight && hasPrinted;
  await leave(place);
  const { toVerdict, toRestored } = ended.report?.seconds ?? {};
  const said = ended.outcome === 'rolled-back' ? ended.code : ended.outcome;
  return { tool: 'leyenda', said, cause: ended.cause, toVerdict, toRestored, total: (Date.now() - started) / 1000, right, ended };
}
