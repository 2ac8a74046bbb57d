import { configurationErrors, podCreationErrors, volumeErrors } from './configuration-errors.ts';
import { crashLoops } from './crash-loop.ts';
import { isObserved, objectOf, subjectOf } from './current-revision.ts';
import { customResourceErrors, isCustomResource, pendingResource } from './custom-resources.ts';
import {
  containerContexts,
  containerRef,
  describeLocation,
  type EvaluationContext,
  eventEnd,
  ownerChain,
  type WorkloadContext,
} from './evaluation-context.ts';
import { bySeverity, type Finding } from './finding.ts';
import { flappingReadiness } from './flapping-readiness.ts';
import { imagePullErrors } from './image-pull.ts';
import { failedJobs } from './job-failure.ts';
import { createJudgeMemory } from './judge-memory.ts';
import { conditionOf, ofKind } from './kubernetes-objects.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { neverReady } from './never-ready.ts';
import { findPendingPod } from './pending-pod.ts';
import { exceededProgressDeadline } from './progress-deadline.ts';
import { incompleteReason } from './rollout-progress.ts';
import { stuckTerminatingPods } from './stuck-terminating.ts';
import { addSeconds, earliest, truncateToSeconds } from './timestamps.ts';
import { unschedulablePods } from './unschedulable.ts';
import type { Cause, Observation, PendingTarget, Target, Verdict } from './verdict.ts';

export { blocksRollout as isAwaited, isCustomResourceKind as isOperatedKind, isReportedOnly as isReported } from './custom-resources.ts';
export { isProvedByTime } from './finding.ts';
export { isClusterEvent, isClusterObject } from './kubernetes-objects.ts';
export type {
  Cause,
  CauseCode,
  ContainerRef,
  Memory,
  ObjectRef,
  Observation,
  PendingTarget as Waiting,
  Target,
  Verdict,
} from './verdict.ts';

const containerRules = [imagePullErrors, configurationErrors, neverReady, flappingReadiness] as const;
const podRules = [volumeErrors, unschedulablePods, crashLoops] as const;
const workloadRules = [podCreationErrors, exceededProgressDeadline, stuckTerminatingPods] as const;

/** All that is wrong with the current revision of one workload. */
function workloadFindings(scene: EvaluationContext, subject: WorkloadContext): readonly Finding[] {
  const { workload } = subject;
  const pods = subject.pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  return [
    ...(workload.kind === 'Job' ? failedJobs(scene, subject, workload) : []),
    ...workloadRules.flatMap((rule) => rule(scene, subject)),
    ...pods.flatMap((pod) => podRules.flatMap((rule) => rule(scene, subject, pod))),
    ...pods.flatMap((pod) => containerContexts(subject, pod)).flatMap((seat) => containerRules.flatMap((rule) => rule(scene, seat))),
  ];
}

interface TargetEvaluation {
  readonly target: Target;
  /** What the target lacks; undefined when it is healthy. */
  readonly notReady: string | undefined;
  readonly findings: readonly Finding[];
  /** Not set: it is not there yet, or made by an operator. */
  readonly workload?: WorkloadContext;
}

function evaluateTarget(scene: EvaluationContext, { objects }: Observation, target: Target): TargetEvaluation {
  const workload = objectOf(target, objects);
  if (workload === undefined) return { target, notReady: 'it is not there yet', findings: [] };
  if (isCustomResource(workload))
    return { target, notReady: pendingResource(target, workload), findings: customResourceErrors(scene, target, workload) };
  if (!isObserved(target, workload)) return { target, notReady: 'its controller has not seen the change yet', findings: [] };
  const subject = subjectOf(target, workload, objects);
  const suspicions = [...workloadFindings(scene, subject)].sort(bySeverity);
  const recovering = suspicions.some(({ isRecovering }) => isRecovering)
    ? 'all pods are available, but a container has only just restarted'
    : undefined;
  return { target, notReady: incompleteReason(workload) ?? recovering, findings: suspicions, workload: subject };
}

function waitingFor({ target, notReady: lacks, findings: [worst] }: TargetEvaluation): PendingTarget {
  const line = `${describeLocation(target)}: ${lacks ?? 'it is healthy'}`;
  if (worst === undefined) return { target, line };
  const until = worst.provedAt === undefined ? {} : { until: worst.provedAt };
  return { target, line: `${line}; ${worst.line.slice(describeLocation(target).length).replace(/^[,:] /, '')}`, ...until };
}

/** When time is up, the worst that is known of the first target that is not healthy is the cause; else what its pods wait for. */
function deadlineFindings(scene: EvaluationContext, observation: Observation, unhealthy: readonly TargetEvaluation[]): readonly Finding[] {
  const since = observation.appliedAt;
  const provedAt = addSeconds(since, observation.deadlineSeconds);
  if (observation.now < provedAt) return [];
  return unhealthy.map((finding) => {
    const { target } = finding;
    const known = finding.findings[0] ?? waitingPod(scene, finding);
    const wait = 'wait' in known ? `; ${known.wait}` : '';
    const line = `${waitingFor(finding).line}${wait} (not healthy within ${observation.deadlineSeconds} s)`;
    return {
      ...known,
      code: 'deadline',
      target,
      line,
      since,
      provedAt,
    };
  });
}

/** What evidence is collected from when no rule has found anything, and what is awaited there. */
function waitingPod(
  scene: EvaluationContext,
  { target, workload: subject }: TargetEvaluation,
): Pick<Finding, 'chain' | 'container'> & { readonly wait?: string } {
  const wait = subject && findPendingPod(scene, subject);
  if (subject === undefined || wait === undefined) {
    return { chain: [{ kind: target.kind, namespace: target.namespace, name: target.name }] };
  }
  const place = describeLocation(target, wait.pod, wait.container?.status.name).slice(describeLocation(target).length).replace(/^, /, '');
  return {
    chain: ownerChain(subject, wait.pod),
    ...(wait.container && { container: containerRef(wait.container) }),
    wait: place === '' ? wait.what : `${place} ${wait.what}`,
  };
}

const causeOf = ({ code, line, target, chain, container, since }: Finding): Cause => ({
  code,
  line,
  target,
  chain,
  since,
  ...(container && { container }),
});

/**
 * Judges a rollout from one observation: a pure function, so that recorded sequences can be replayed.
 * The first failure that is proved ends all waiting; among several, the most informative is the cause.
 * Lines carry the cluster's own sentences, which may quote a container's last words: redact before printing.
 */
export function judge(observation: Observation, overrides: Partial<Limits> = {}): Verdict {
  const { now, previous, objects } = observation;
  const limits: Limits = { ...defaultLimits, ...overrides };
  const remembers = createJudgeMemory(previous, now);
  const appliedAt = truncateToSeconds(observation.appliedAt);
  const events = observation.events.filter((event) => (eventEnd(event) ?? now) >= appliedAt);
  const lost = ofKind(objects, 'Node').filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status !== 'True');
  const notReadyNodes = new Set(lost.map(({ metadata }) => metadata.name));
  const scene: EvaluationContext = { now, appliedAt, limits, events, notReadyNodes, memory: remembers };

  const findings = observation.targets.map((target) => evaluateTarget(scene, observation, target));
  const unhealthy = findings.filter(({ notReady: lacks }) => lacks !== undefined);
  const proved = [...findings.flatMap(({ findings: suspicions }) => suspicions), ...deadlineFindings(scene, observation, unhealthy)]
    .filter(({ provedAt }) => provedAt !== undefined && provedAt <= now)
    .sort(bySeverity);
  const memory = remembers.memory();
  const [worst, ...others] = proved;
  if (worst !== undefined)
    return { state: 'failed', cause: causeOf(worst), provedAt: earliest(worst.provedAt ?? now, now), others: others.map(causeOf), memory };
  if (unhealthy.length > 0) return { state: 'progressing', waiting: unhealthy.map(waitingFor), memory };
  return { state: 'healthy', memory };
}
