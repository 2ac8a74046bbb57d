import type { Awaited } from '../cli/live-view.ts';
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
import { type KubeObject, label } from './objects.ts';

const pollMs = 700;
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
 * Lists what the targets consist of every 0.7 s and asks the judge, until it is sure or the deadline is over: then the last look decides.
 * The API server being away for a moment is waited out.
 * @throws the reason of the signal when it is aborted; the error of the last look when there was none until the deadline
 */
export async function awaitVerdict(watched: Watched, deadline: Deadline, signal: AbortSignal, onWaiting: OnWaiting): Promise<Settled> {
  const { cluster } = watched;
  const trust = createTrust(cluster.clock);
  let last: Observation | undefined;
  let memory = watched.previous;
  for (;;) {
    signal.throwIfAborted();
    const look = await lookOnce(watched, deadline, memory);
    trust.note(look);
    if ('observation' in look) {
      last = look.observation;
      const verdict = judge(last);
      if (verdict.state === 'healthy' || (verdict.state === 'failed' && trust.accepts(verdict.cause)))
        return { verdict, observation: last };
      memory = verdict.memory;
      if (verdict.state === 'progressing') onWaiting(awaitedOf(verdict.waiting, cluster));
      else onWaiting([{ what: 'API server', why: 'was away; waiting for news from the nodes' }]);
    } else onWaiting([{ what: 'API server', why: 'does not answer; trying again' }]);
    if (deadline.isOver) {
      if (last === undefined) throw 'error' in look ? look.error : new Error('the workloads were never seen');
      return verdictAtDeadline(last, memory, cluster.now());
    }
    await cluster.clock.sleep(Math.min(pollMs, deadline.msLeft), signal);
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

type Look = { readonly ms: number } & ({ readonly observation: Observation } | { readonly error: unknown });

async function lookOnce(watched: Watched, deadline: Deadline, memory: Memory | undefined): Promise<Look> {
  const { clock } = watched.cluster;
  const startMs = clock.ms();
  const cluster = watched.cluster.until(new Deadline(clock, Math.min(lookSeconds, deadline.secondsLeft)));
  try {
    const observation = await observe({ ...watched, cluster }, memory);
    return { ms: clock.ms() - startMs, observation };
  } catch (error) {
    if (!isTransient(error)) throw error;
    return { ms: clock.ms() - startMs, error };
  }
}

/** Whether a failure is to be believed: not one that only time proves, for a while after the API server was away. */
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

type OnWaiting = (awaited: readonly Awaited[]) => void;

/** As it is shown: a line for each target, patience by this machine's clock. */
export function awaitedOf(waiting: readonly Waiting[], { clock, now }: Pick<Cluster, 'clock' | 'now'>): Awaited[] {
  return waiting.map(({ target, line, until }) => {
    const what = label(target);
    const why = line.replace(`${placeOf(target)}: `, '');
    if (until === undefined) return { what, why };
    return { what, why, until: new Date(clock.now().getTime() + until.getTime() - now().getTime()) };
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
