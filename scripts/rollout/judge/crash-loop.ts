import {
  type ContainerContext,
  containerContexts,
  containerKey,
  type EvaluationContext,
  eventSecond,
  eventsWithReason,
  refTo,
  singleLine,
  type WorkloadContext,
} from './evaluation-context.ts';
import { containerFinding, type Finding } from './finding.ts';
import type { ContainerStatus, Pod } from './kubernetes-objects.ts';
import { addSeconds, parseTimestamp } from './timestamps.ts';
import type { ContainerHistory, Exit } from './verdict.ts';

/** The terminations that a container's status still shows, oldest first. */
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

/** Start of the run after the last restart. During the kubelet's back-off that run is over and in `lastState`. */
function restartedAt({ state, lastState }: ContainerStatus): Date | undefined {
  const run = state?.running ?? state?.terminated ?? lastState?.terminated;
  return parseTimestamp(run?.startedAt) ?? parseTimestamp(state?.terminated?.finishedAt ?? lastState?.terminated?.finishedAt);
}

/** A container's history merged with its current status; only terminations after the release count. */
function updatedHistory(context: EvaluationContext, container: ContainerContext): ContainerHistory {
  const { status, pod } = container;
  const before = context.memory.history(containerKey(container));
  const since = ends(status).filter(({ at }) => new Date(at) >= context.appliedAt);
  const known = before?.exits ?? [];
  const fresh = since.filter(({ at }) => !known.some((exit) => exit.at === at));
  const exits = [...known, ...fresh].sort((one, two) => (one.at < two.at ? -1 : 1)).slice(-context.limits.restarts);
  // In a pod that is older than the release, only the terminations that its status shows since then count as restarts.
  const isOld = (parseTimestamp(pod.metadata.creationTimestamp) ?? context.appliedAt) < context.appliedAt;
  const restartsBefore = before?.restartsBefore ?? (isOld ? Math.max(0, (status.restartCount ?? 0) - since.length) : 0);
  return { restartsBefore, exits };
}

const hasRun = ({ now }: EvaluationContext, { ready, state }: ContainerStatus, seconds: number): boolean => {
  const since = parseTimestamp(state?.running?.startedAt);
  return ready === true && since !== undefined && now >= addSeconds(since, seconds);
};

/** How long a container must run to count as recovered: after two terminations longer than its longest run, to detect slow crash loops. */
function recoverySeconds({ limits }: EvaluationContext, exits: readonly Exit[]): number {
  const longest = Math.max(...exits.map(({ ranSeconds }) => ranSeconds), 0);
  return Math.max(limits.recoverySeconds, exits.length > 1 ? slowLoopFactor * longest : 0);
}
const slowLoopFactor = 1.25;

/** A container that has terminated since the release. */
interface Crash {
  readonly container: ContainerContext;
  readonly exits: readonly Exit[];
  /** Since the release. */
  readonly restarts: number;
}

function crashOf(context: EvaluationContext, container: ContainerContext): Crash | undefined {
  const { status, role } = container;
  const { restartsBefore, exits } = updatedHistory(context, container);
  context.memory.keep(containerKey(container), { restartsBefore, exits });
  const restarts = (status.restartCount ?? 0) - restartsBefore;
  const initSucceeded = role === 'init' && ends(status).at(-1)?.code === 0;
  const isOver = initSucceeded || hasRun(context, status, context.limits.steadySeconds);
  return isOver || (restarts <= 0 && exits.length === 0) ? undefined : { container, exits, restarts };
}

/**
 * A crash loop is `limits.restarts` restarts of one container, or one fewer in each of two containers of a pod that crash alternately.
 * The waiting reason does not matter, one replica is enough, and init containers and sidecars count. Jobs are exempt: `backoffLimit`
 * bounds their retries.
 */
export function crashLoops(context: EvaluationContext, workload: WorkloadContext, pod: Pod): readonly Finding[] {
  if (workload.object.kind === 'Job') return [];
  const crashes = containerContexts(workload, pod)
    .map((container) => crashOf(context, container))
    .filter((crash) => crash !== undefined);
  const limit = context.limits.restarts;
  const isAlternating = crashes.filter(({ restarts }) => restarts >= limit - 1).length > 1;
  return crashes.map((crash) => crashFinding(context, crash, isAlternating ? limit - 1 : limit));
}

/** The exit code of a container that the kubelet killed for a failed liveness or startup probe does not show the reason: its events do. */
export function probeKill(context: Pick<EvaluationContext, 'events'>, pod: Pod, container: string): string | undefined {
  const about = (reason: string) => eventsWithReason(context, refTo('Pod', pod.metadata), [reason], container);
  const [kill] = about('Killing').flatMap((event) => {
    const kind = /failed (liveness|startup) probe/.exec(event.message ?? '')?.[1];
    return kind === undefined ? [] : [{ kind, at: eventSecond(event) }];
  });
  if (kill === undefined) return undefined;
  const { kind, at } = kill;
  const reports = about('Unhealthy').filter(({ message = '' }) => message.toLowerCase().startsWith(kind));
  // While the container ends, the probe fails because nothing listens anymore.
  const report = (reports.find((event) => eventSecond(event) <= at) ?? reports[0])?.message;
  return `was killed by its ${kind} probe${report === undefined ? '' : `: ${singleLine(report)}`}`;
}

function crashFinding(context: EvaluationContext, { container, exits, restarts }: Crash, limit: number): Finding {
  const { status } = container;
  const last = exits.at(-1);
  const code = last?.reason === 'OOMKilled' ? 'oom-killed' : 'crash-loop';
  const restarted = restartedAt(status) ?? context.memory.firstSeen(`${containerKey(container)}/${code}`);
  const codes = [...new Set(exits.map((exit) => exit.code))];
  const exited = last === undefined ? 'ended' : `exited with code ${codes.join(', ')} (${last.reason})`;
  const ended = probeKill(context, container.pod, status.name) ?? exited;
  const times = `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  const what = [ended, ', ', times, ...(last?.message ? [': ', last.message] : [])].join('');
  const since = exits[0] ? new Date(exits[0].at) : restarted;
  const isProved = restarts >= limit + (codes.length > 1 ? 1 : 0);
  const isRecovering = !hasRun(context, status, recoverySeconds(context, exits));
  return { ...containerFinding(container, { code, what, since, provedAt: isProved ? restarted : undefined }), isRecovering };
}
