import {
  type ContainerContext,
  containerContexts,
  containerKey,
  type EvaluationContext,
  eventsWithReason,
  refTo,
  singleLine,
  type WorkloadContext,
} from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import type { ContainerStatus, Pod } from './kubernetes-objects.ts';
import { addSeconds, parseTimestamp } from './timestamps.ts';
import type { ContainerHistory, Exit } from './verdict.ts';

/** Ends of a container's runs that the status still shows, the older first. */
const ends = ({ lastState, state }: ContainerStatus): readonly Exit[] =>
  [lastState?.terminated, state?.terminated].flatMap((end) => {
    const finished = parseTimestamp(end?.finishedAt);
    if (!end || !finished) return [];
    const ranSeconds = Math.max(0, (finished.getTime() - (parseTimestamp(end.startedAt) ?? finished).getTime()) / 1000);
    return [
      {
        at: finished.toISOString(),
        code: end.exitCode,
        reason: end.reason ?? 'no reason given',
        message: singleLine(end.message),
        ranSeconds,
      },
    ];
  });

/** When the run began that followed the last restart. While the kubelet backs off, that run is over and stands in `lastState`. */
function restartedAt({ state, lastState }: ContainerStatus): Date | undefined {
  const run = state?.running ?? state?.terminated ?? lastState?.terminated;
  return parseTimestamp(run?.startedAt) ?? parseTimestamp(state?.terminated?.finishedAt ?? lastState?.terminated?.finishedAt);
}

/** The history of a container with what its status shows now; only ends after the release count. */
function remembered(scene: EvaluationContext, seat: ContainerContext): ContainerHistory {
  const { status, pod } = seat;
  const before = scene.memory.history(containerKey(seat));
  const since = ends(status).filter(({ at }) => new Date(at) >= scene.appliedAt);
  const known = before?.exits ?? [];
  const fresh = since.filter(({ at }) => !known.some((exit) => exit.at === at));
  const exits = [...known, ...fresh].sort((one, two) => (one.at < two.at ? -1 : 1)).slice(-scene.limits.restarts);
  // A pod older than the release was restarted by it only as often as its status shows ends since.
  const isOld = (parseTimestamp(pod.metadata.creationTimestamp) ?? scene.appliedAt) < scene.appliedAt;
  const restartsBefore = before?.restartsBefore ?? (isOld ? Math.max(0, (status.restartCount ?? 0) - since.length) : 0);
  return { restartsBefore, exits };
}

const hasRun = ({ now }: EvaluationContext, { ready, state }: ContainerStatus, seconds: number): boolean => {
  const since = parseTimestamp(state?.running?.startedAt);
  return ready === true && since !== undefined && now >= addSeconds(since, seconds);
};

/** The time for which it must run again: a container that has ended twice must outlast its longest run, or it may be a slow crash loop. */
function recoverySeconds({ limits }: EvaluationContext, exits: readonly Exit[]): number {
  const longest = Math.max(...exits.map(({ ranSeconds }) => ranSeconds), 0);
  return Math.max(limits.recoverySeconds, exits.length > 1 ? slowLoopFactor * longest : 0);
}
const slowLoopFactor = 1.25;

/** A container that has ended since the release. */
interface Crash {
  readonly seat: ContainerContext;
  readonly exits: readonly Exit[];
  /** Since the release. */
  readonly restarts: number;
}

function crashOf(scene: EvaluationContext, seat: ContainerContext): Crash | undefined {
  const { status, role } = seat;
  const { restartsBefore, exits } = remembered(scene, seat);
  scene.memory.keep(containerKey(seat), { restartsBefore, exits });
  const restarts = (status.restartCount ?? 0) - restartsBefore;
  const endedWell = role === 'init' && ends(status).at(-1)?.code === 0;
  const isOver = endedWell || hasRun(scene, status, scene.limits.steadySeconds);
  return isOver || (restarts <= 0 && exits.length === 0) ? undefined : { seat, exits, restarts };
}

/**
 * Rule 8: so many restarts of one container, or one less of each of two that end in turn, whatever the waiting reason says at the moment; one
 * replica suffices, init containers and sidecars count. A Job's pods are tried as often as its backoffLimit says.
 */
export function crashLoops(scene: EvaluationContext, subject: WorkloadContext, pod: Pod): readonly Finding[] {
  if (subject.workload.kind === 'Job') return [];
  const crashes = containerContexts(subject, pod)
    .map((seat) => crashOf(scene, seat))
    .filter((crash) => crash !== undefined);
  const enough = scene.limits.restarts;
  const isInTurn = crashes.filter(({ restarts }) => restarts >= enough - 1).length > 1;
  return crashes.map((crash) => suspicionOf(scene, crash, isInTurn ? enough - 1 : enough));
}

/** The kubelet kills a container whose liveness or startup probe fails, which then ends with a code that says nothing. */
export function probeKill(seen: Pick<EvaluationContext, 'events'>, pod: Pod, container: string): string | undefined {
  const about = (reason: string) => eventsWithReason(seen, refTo('Pod', pod.metadata), [reason], container);
  const kind = about('Killing').flatMap(({ message = '' }) => /failed (liveness|startup) probe/.exec(message)?.[1] ?? [])[0];
  if (kind === undefined) return undefined;
  const report = about('Unhealthy').find(({ message = '' }) => message.toLowerCase().startsWith(kind))?.message;
  return `was killed by its ${kind} probe${report === undefined ? '' : `: ${singleLine(report)}`}`;
}

function suspicionOf(scene: EvaluationContext, { seat, exits, restarts }: Crash, enough: number): Finding {
  const { status } = seat;
  const last = exits.at(-1);
  const code = last?.reason === 'OOMKilled' ? 'oom-killed' : 'crash-loop';
  const restarted = restartedAt(status) ?? scene.memory.firstSeen(`${containerKey(seat)}/${code}`);
  const codes = [...new Set(exits.map((exit) => exit.code))];
  const exited = last === undefined ? 'ended' : `exited with code ${codes.join(', ')} (${last.reason})`;
  const ended = probeKill(scene, seat.pod, status.name) ?? exited;
  const times = `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  const what = [ended, ', ', times, ...(last?.message ? [': ', last.message] : [])].join('');
  const since = exits[0] ? new Date(exits[0].at) : restarted;
  const isProved = restarts >= enough + (codes.length > 1 ? 1 : 0);
  const unsettled = !hasRun(scene, status, recoverySeconds(scene, exits));
  return { ...containerFinding(seat, { code, what, since, provedAt: isProved ? restarted : undefined }), isRecovering: unsettled };
}
