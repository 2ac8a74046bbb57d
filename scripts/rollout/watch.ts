import { setTimeout as sleep } from 'node:timers/promises';
import type { Awaited } from '../cli/live-view.ts';
import { isStatus, isTransient } from './api-error.ts';
import type { Cluster } from './cluster.ts';
import {
  isClusterEvent,
  isClusterObject,
  isOperatedKind,
  judge,
  type Memory,
  type Observation,
  type Target,
  type Verdict,
  type Waiting,
} from './judge/index.ts';
import { placeOf } from './judge/scene.ts';
import { type KubeObject, label } from './objects.ts';

const pollMs = 700;
/** A look that takes longer than this met an API server that was away: nodes could not report either. */
const outageMs = 3000;
/** For so long after it the nodes' reports may be of before, and time alone proves nothing. */
const staleMs = 10_000;

/** A verdict that ends the waiting, and what it was drawn from. */
export interface Settled {
  readonly verdict: Exclude<Verdict, { state: 'progressing' }>;
  readonly observation: Observation;
}
export interface Watched {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly targets: readonly Target[];
  readonly appliedAt: Date;
  readonly deadlineSeconds: number;
}

/**
 * Lists what the targets consist of every 0.7 s and asks the judge, until it is sure. Lists, not watches: a severed watch
 * cannot delay a verdict. The API server being away for a moment is waited out; the judge's own deadline ends everything.
 * @throws the reason of the signal when it is aborted
 */
export async function awaitVerdict(watched: Watched, signal: AbortSignal, onWaiting: OnWaiting): Promise<Settled> {
  let memory: Memory | undefined;
  let believedFrom = 0;
  for (;;) {
    signal.throwIfAborted();
    const askedAt = Date.now();
    const observation = await observeOrWait(watched, memory, onWaiting);
    if (Date.now() - askedAt > outageMs) believedFrom = Date.now() + staleMs;
    if (observation !== undefined) {
      const verdict = judge(observation);
      if (verdict.state === 'healthy' || (verdict.state === 'failed' && Date.now() >= believedFrom)) return { verdict, observation };
      memory = verdict.memory;
      if (verdict.state === 'progressing') onWaiting(awaitedOf(verdict.waiting, watched.cluster.now()));
      else onWaiting([{ what: 'API server', why: 'was away; waiting for news from the nodes' }]);
    }
    await sleep(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

type OnWaiting = (awaited: readonly Awaited[]) => void;

/** As it is shown: a line for each target, patience by this machine's clock. */
export function awaitedOf(waiting: readonly Waiting[], clusterNow: Date): Awaited[] {
  return waiting.map(({ target, line, until }) => {
    const what = label(target);
    const why = line.replace(`${placeOf(target)}: `, '');
    if (until === undefined) return { what, why };
    return { what, why, until: new Date(Date.now() + until.getTime() - clusterNow.getTime()) };
  });
}

async function observeOrWait(watched: Watched, memory: Memory | undefined, onWaiting: OnWaiting): Promise<Observation | undefined> {
  try {
    return await observe(watched, memory);
  } catch (error) {
    const overdue = watched.cluster.now().getTime() - watched.appliedAt.getTime() > watched.deadlineSeconds * 1000;
    if (!isTransient(error) || overdue) throw error;
    onWaiting([{ what: 'API server', why: 'does not answer; trying again' }]);
    return undefined;
  }
}

/** The judge's sentences on what is not healthy now, whatever the time. */
export async function problemsNow(watched: Omit<Watched, 'deadlineSeconds'>): Promise<string[]> {
  const verdict = judge(await observe({ ...watched, deadlineSeconds: Number.MAX_SAFE_INTEGER }));
  if (verdict.state === 'failed') return [verdict.cause, ...verdict.others].map(({ line }) => line);
  return verdict.state === 'progressing' ? verdict.waiting.map(({ line }) => line) : [];
}

/** Everything the judge needs to know now. */
export async function observe(
  { cluster, namespace, targets, appliedAt, deadlineSeconds }: Watched,
  previous?: Memory,
): Promise<Observation> {
  const has = (...kinds: Target['kind'][]) => targets.some(({ kind }) => kinds.includes(kind));
  const list = (apiVersion: string, kind: string) => cluster.list({ apiVersion, kind }, namespace);
  const lists = await Promise.all([
    Promise.all(targets.map(({ apiVersion, kind, name }) => cluster.get({ apiVersion, kind, namespace, name }))),
    list('v1', 'Pod'),
    has('Deployment') ? list('apps/v1', 'ReplicaSet') : [],
    has('StatefulSet', 'DaemonSet') ? list('apps/v1', 'ControllerRevision') : [],
    readableNodes(cluster),
  ]);
  const objects: readonly (object | undefined)[] = lists.flat();
  const events: readonly object[] = await list('v1', 'Event');
  return {
    now: cluster.now(),
    appliedAt,
    targets,
    objects: objects.filter((object) => object !== undefined).filter(isClusterObject),
    events: events.filter(isClusterEvent),
    deadlineSeconds,
    ...(previous === undefined ? {} : { previous }),
  };
}

/** Nodes are not of the namespace: a deployer may not read them, and then does without. */
async function readableNodes(cluster: Cluster): Promise<KubeObject[]> {
  try {
    return await cluster.list({ apiVersion: 'v1', kind: 'Node' }, '');
  } catch (error) {
    if (isStatus(error, 403)) return [];
    throw error;
  }
}

const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] satisfies Target['kind'][];
const isTargetKind = (kind: string): kind is Target['kind'] => workloadKinds.includes(kind) || isOperatedKind(kind);

/** Those of the applied objects that can be judged, as the judge wants them named. */
export function targetsOf(objects: readonly KubeObject[]): Target[] {
  return objects.flatMap(({ apiVersion, kind, metadata: { name, namespace = '', uid, generation } }) =>
    isTargetKind(kind)
      ? [
          {
            apiVersion,
            kind,
            name,
            namespace,
            ...(uid === undefined ? {} : { uid }),
            ...(typeof generation === 'number' ? { generation } : {}),
          },
        ]
      : [],
  );
}
