import type { Pending } from '../cli/live-view.ts';
import { isStatus, isTransient } from './api-error.ts';
import { type Clock, Deadline } from './clock.ts';
import type { Cluster } from './cluster.ts';
import {
  type Cause,
  isClusterEvent,
  isClusterObject,
  isOperatedKind,
  isProvedByTime,
  judge,
  type Memory,
  type Observation,
  type Target,
  type Verdict,
  type Waiting,
} from './judge/index.ts';
import { placeOf } from './judge/scene.ts';
import { createMirror, type Mirror, type Reader } from './mirror.ts';
import { at, isRecord, type KubeObject, label } from './objects.ts';

const pollMs = 700;
/** What is concluded when time is up is drawn from looks of the last moment. */
const lastMs = 2000;
/** A look is given up after so many seconds and begun anew. */
const lookSeconds = 20;
/** A look that fails, or takes so much longer than the fastest one, met an API server that was away: nodes could not report either. */
const outageMs = 3000;
/** For so long after an outage the nodes' reports may be old, and time alone proves nothing. */
const staleMs = 10_000;
/** A failure that lasts for so long is a failure, however often the API server is away. */
const longestDoubtMs = 30_000;

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
  /** What an earlier verdict remembered. */
  readonly previous?: Memory;
}

/**
 * Watches what the targets consist of and asks the judge after every change, and every 0.7 s for what time alone proves, until it is sure or
 * the deadline is over: then the last look decides. A verdict drawn from memory counts only if a fresh look confirms it.
 * The API server being away for a moment is waited out.
 * @throws the reason of the signal when it is aborted; the error of the last look when there was none until the deadline
 */
export async function awaitVerdict(watched: Watched, deadline: Deadline, signal: AbortSignal, onWaiting: OnWaiting): Promise<Settled> {
  const mirror = createMirror(watched.cluster);
  try {
    return await verdictOf(watched, mirror, deadline, signal, onWaiting);
  } finally {
    mirror.close();
  }
}

async function verdictOf(
  watched: Watched,
  mirror: Mirror,
  deadline: Deadline,
  signal: AbortSignal,
  onWaiting: OnWaiting,
): Promise<Settled> {
  const { cluster } = watched;
  const trust = createTrust(cluster.clock);
  let last: Observation | undefined;
  let memory = watched.previous;
  for (let isDoubted = false; ; ) {
    signal.throwIfAborted();
    const look = await lookOnce(watched, mirror, isDoubted || deadline.msLeft < lastMs, deadline, memory);
    isDoubted = false;
    if (look.isFresh) trust.note(look);
    if ('observation' in look) {
      last = look.observation;
      const verdict = judge(last);
      if (verdict.state !== 'progressing' && !look.isFresh && !deadline.isOver) {
        isDoubted = true;
        continue;
      }
      if (verdict.state === 'healthy' || (verdict.state === 'failed' && trust.accepts(verdict.cause)))
        return { verdict, observation: last };
      memory = verdict.memory;
      if (verdict.state === 'progressing') onWaiting(awaitedOf(verdict.waiting, cluster));
      else onWaiting([{ object: 'API server', reason: 'was away; waiting for news from the nodes' }]);
    } else onWaiting([{ object: 'API server', reason: 'does not answer; trying again' }]);
    if (deadline.isOver) {
      if (last === undefined) throw 'error' in look ? look.error : new Error('the workloads were never seen');
      return verdictAtDeadline(last, memory, cluster.now());
    }
    await mirror.change(Math.min(pollMs, deadline.msLeft), signal);
  }
}

/** What is known when time is up. */
function verdictAtDeadline(last: Observation, previous: Memory | undefined, now: Date): Settled {
  const deadlineSeconds = Math.max(0, Math.floor((now.getTime() - last.appliedAt.getTime()) / 1000));
  const observation: Observation = { ...last, now, deadlineSeconds, ...(previous && { previous }) };
  const verdict = judge(observation);
  if (verdict.state === 'progressing') throw new Error('the judge knows no cause at the deadline');
  return { verdict, observation };
}

type Look = { readonly ms: number; readonly isFresh: boolean } & ({ readonly observation: Observation } | { readonly error: unknown });

async function lookOnce(watched: Watched, mirror: Mirror, fresh: boolean, deadline: Deadline, memory: Memory | undefined): Promise<Look> {
  const { clock } = watched.cluster;
  const startMs = clock.ms();
  const cluster = watched.cluster.until(new Deadline(clock, Math.min(lookSeconds, deadline.secondsLeft)));
  try {
    const reader = mirror.look(cluster, fresh);
    const observation = await observe({ ...watched, cluster: reader }, memory);
    return { ms: clock.ms() - startMs, isFresh: reader.isFresh, observation };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { ms: clock.ms() - startMs, isFresh: true, error };
  }
}

/** Whether a failure is accepted: not one that only time proves, for a while after the API server was away. */
function createTrust(clock: Clock) {
  let fastestMs = Number.POSITIVE_INFINITY;
  let trustedFromMs = Number.NEGATIVE_INFINITY;
  let doubtedSinceMs: number | undefined;
  return {
    note(look: Look) {
      const isSlow = look.ms > outageMs && look.ms > 2 * fastestMs;
      if ('error' in look || isSlow) trustedFromMs = clock.ms() + staleMs;
      else fastestMs = Math.min(fastestMs, look.ms);
    },
    accepts(cause: Cause): boolean {
      if (!isProvedByTime(cause.code)) return true;
      doubtedSinceMs ??= clock.ms();
      return clock.ms() >= trustedFromMs || clock.ms() >= doubtedSinceMs + longestDoubtMs;
    },
  };
}

type OnWaiting = (awaited: readonly Pending[]) => void;

/** As it is shown: a line for each target, patience by this machine's clock. */
export function awaitedOf(waiting: readonly Waiting[], { clock, now }: Pick<Cluster, 'clock' | 'now'>): Pending[] {
  return waiting.map(({ target, line, until }) => {
    const object = label(target);
    const reason = line.replace(`${placeOf(target)}: `, '');
    if (until === undefined) return { object, reason };
    return { object, reason, deadline: new Date(clock.now().getTime() + until.getTime() - now().getTime()) };
  });
}

/** The judge's sentences on what is not healthy now, whatever the time. */
export async function problemsNow(watched: Omit<Watched, 'deadlineSeconds' | 'previous'>): Promise<string[]> {
  const verdict = judge(await observe({ ...watched, deadlineSeconds: Number.MAX_SAFE_INTEGER }));
  if (verdict.state === 'failed') return [verdict.cause, ...verdict.others].map(({ line }) => line);
  return verdict.state === 'progressing' ? verdict.waiting.map(({ line }) => line) : [];
}

/** Everything the judge needs to know now. */
export async function observe(
  { cluster, namespace, targets, appliedAt, deadlineSeconds }: Omit<Watched, 'cluster'> & { readonly cluster: Reader },
  previous?: Memory,
): Promise<Observation> {
  const has = (...kinds: Target['kind'][]) => targets.some(({ kind }) => kinds.includes(kind));
  const podLabels = commonLabels(targets);
  const list = (apiVersion: string, kind: string) => cluster.list({ apiVersion, kind }, namespace, podLabels);
  const lists = await Promise.all([
    Promise.all(targets.map(({ apiVersion, kind, name }) => cluster.get({ apiVersion, kind, namespace, name }))),
    list('v1', 'Pod'),
    has('Deployment') ? list('apps/v1', 'ReplicaSet') : [],
    has('StatefulSet', 'DaemonSet') ? list('apps/v1', 'ControllerRevision') : [],
    readableNodes(cluster),
  ]);
  const objects: readonly (object | undefined)[] = lists.flat();
  const events: readonly object[] = await cluster.list({ apiVersion: 'v1', kind: 'Event' }, namespace, undefined, eventSelector);
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

/** Without the events of pods that start as they should: a namespace may hold thousands of others. */
const eventSelector = ['Scheduled', 'Pulled', 'Created', 'Started', 'SuccessfulCreate', 'SuccessfulDelete']
  .map((reason) => `reason!=${reason}`)
  .join();

/** A selector for what all pods, ReplicaSets and ControllerRevisions of the targets have in common; undefined if that is nothing. */
function commonLabels(targets: readonly Target[]): string | undefined {
  const [first, ...others] = targets.filter(({ kind }) => !isOperatedKind(kind)).map(({ podLabels = {} }) => Object.entries(podLabels));
  const common = first?.filter(([name, value]) => others.every((labels) => labels.some(([other, its]) => other === name && its === value)));
  return common === undefined || common.length === 0 ? undefined : common.map((pair) => pair.join('=')).join();
}

/** The labels by which a workload selects its pods, of any revision; a Job selects by its UID, and never changes its template. */
function podLabelsOf({ kind, spec }: KubeObject): Pick<Target, 'podLabels'> {
  const labels = kind === 'Job' ? at(spec, 'template', 'metadata', 'labels') : at(spec, 'selector', 'matchLabels');
  if (!isRecord(labels)) return {};
  return {
    podLabels: Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
  };
}

/** Nodes are not of the namespace: a deployer may not read them, and then does without. */
async function readableNodes(cluster: Reader): Promise<KubeObject[]> {
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
  return objects.flatMap((object) => {
    const { apiVersion, kind } = object;
    const { name, namespace = '', uid, generation } = object.metadata;
    return isTargetKind(kind)
      ? [
          {
            apiVersion,
            kind,
            name,
            namespace,
            ...podLabelsOf(object),
            ...(uid === undefined ? {} : { uid }),
            ...(typeof generation === 'number' ? { generation } : {}),
          },
        ]
      : [];
  });
}
