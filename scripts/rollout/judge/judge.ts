import { configurationErrors, podCreationErrors, volumeErrors } from './configuration-errors.ts';
import { crashLoops } from './crash-loop.ts';
import { isObserved, objectOf, workloadContextOf } from './current-revision.ts';
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
import { exceededProgressDeadline, incompleteReason } from './rollout-progress.ts';
import { stuckTerminatingPods } from './stuck-terminating.ts';
import { addSeconds, earliest, truncateToSeconds } from './timestamps.ts';
import { unschedulablePods } from './unschedulable.ts';
import type { Cause, Observation, PendingTarget, Target, Verdict } from './verdict.ts';

const containerRules = [imagePullErrors, configurationErrors, neverReady, flappingReadiness] as const;
const podRules = [volumeErrors, unschedulablePods, crashLoops] as const;
const workloadRules = [podCreationErrors, exceededProgressDeadline, stuckTerminatingPods] as const;

/** The findings of all rules about the current revision of one workload. */
function workloadFindings(context: EvaluationContext, workload: WorkloadContext): readonly Finding[] {
  const { object } = workload;
  const pods = workload.pods.filter(({ status }) => status?.phase !== 'Failed' && status?.phase !== 'Succeeded');
  return [
    ...(object.kind === 'Job' ? failedJobs(context, workload, object) : []),
    ...workloadRules.flatMap((rule) => rule(context, workload)),
    ...pods.flatMap((pod) => podRules.flatMap((rule) => rule(context, workload, pod))),
    ...pods
      .flatMap((pod) => containerContexts(workload, pod))
      .flatMap((container) => containerRules.flatMap((rule) => rule(context, container))),
  ];
}

interface TargetEvaluation {
  readonly target: Target;
  /** Why the target is not healthy yet; undefined if it is. */
  readonly notReady: string | undefined;
  readonly findings: readonly Finding[];
  /** Not set for custom resources and for objects that do not exist or are not observed yet. */
  readonly workload?: WorkloadContext;
}

function evaluateTarget(context: EvaluationContext, { objects }: Observation, target: Target): TargetEvaluation {
  const object = objectOf(target, objects);
  if (object === undefined) return { target, notReady: 'it does not exist yet', findings: [] };
  if (isCustomResource(object))
    return { target, notReady: pendingResource(target, object), findings: customResourceErrors(context, target, object) };
  if (!isObserved(target, object)) return { target, notReady: 'its controller has not observed the change yet', findings: [] };
  const workload = workloadContextOf(target, object, objects);
  const findings = [...workloadFindings(context, workload)].sort(bySeverity);
  const recovering = findings.some(({ isRecovering }) => isRecovering)
    ? 'all pods are available, but a container restarted recently'
    : undefined;
  return { target, notReady: incompleteReason(object) ?? recovering, findings, workload };
}

function pendingTarget({ target, notReady, findings: [worst] }: TargetEvaluation): PendingTarget {
  const line = `${describeLocation(target)}: ${notReady ?? 'it is healthy'}`;
  if (worst === undefined) return { target, line };
  const until = worst.provedAt === undefined ? {} : { until: worst.provedAt };
  return { target, line: `${line}; ${worst.line.slice(describeLocation(target).length).replace(/^[,:] /, '')}`, ...until };
}

/** At the deadline every unhealthy target fails with its most severe finding; if it has none, with what its pods wait for. */
function deadlineFindings(
  context: EvaluationContext,
  observation: Observation,
  unhealthy: readonly TargetEvaluation[],
): readonly Finding[] {
  const since = observation.appliedAt;
  const provedAt = addSeconds(since, observation.deadlineSeconds);
  if (observation.now < provedAt) return [];
  return unhealthy.map((evaluation) => {
    const { target } = evaluation;
    const known = evaluation.findings[0] ?? pendingPod(context, evaluation);
    const wait = 'wait' in known ? `; ${known.wait}` : '';
    const line = `${pendingTarget(evaluation).line}${wait} (not healthy within ${observation.deadlineSeconds} s)`;
    return { ...known, code: 'deadline', target, line, since, provedAt };
  });
}

/** Where to collect evidence when no rule has a finding, and what is pending there. */
function pendingPod(
  context: EvaluationContext,
  { target, workload }: TargetEvaluation,
): Pick<Finding, 'chain' | 'container'> & { readonly wait?: string } {
  const pending = workload && findPendingPod(context, workload);
  if (workload === undefined || pending === undefined) {
    return { chain: [{ kind: target.kind, namespace: target.namespace, name: target.name }] };
  }
  const location = describeLocation(target, pending.pod, pending.container?.status.name)
    .slice(describeLocation(target).length)
    .replace(/^, /, '');
  return {
    chain: ownerChain(workload, pending.pod),
    ...(pending.container && { container: containerRef(pending.container) }),
    wait: location === '' ? pending.reason : `${location} ${pending.reason}`,
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
 * Returns the verdict on a rollout from one observation. A pure function, so that recorded sequences can be replayed.
 * The first proved failure ends the wait; if several are proved, the most informative is the cause.
 * Lines quote messages of the cluster, which may contain container output: redact them before printing.
 */
export function judge(observation: Observation, overrides: Partial<Limits> = {}): Verdict {
  const { now, previous, objects } = observation;
  const limits: Limits = { ...defaultLimits, ...overrides };
  const judgeMemory = createJudgeMemory(previous, now);
  const appliedAt = truncateToSeconds(observation.appliedAt);
  const events = observation.events.filter((event) => (eventEnd(event) ?? now) >= appliedAt);
  const notReady = ofKind(objects, 'Node').filter(({ status }) => conditionOf(status?.conditions, 'Ready')?.status !== 'True');
  const notReadyNodes = new Set(notReady.map(({ metadata }) => metadata.name));
  const context: EvaluationContext = { now, appliedAt, limits, events, notReadyNodes, memory: judgeMemory };

  const evaluations = observation.targets.map((target) => evaluateTarget(context, observation, target));
  const unhealthy = evaluations.filter(({ notReady }) => notReady !== undefined);
  const proved = [...evaluations.flatMap(({ findings }) => findings), ...deadlineFindings(context, observation, unhealthy)]
    .filter(({ provedAt }) => provedAt !== undefined && provedAt <= now)
    .sort(bySeverity);
  const memory = judgeMemory.memory();
  const [worst, ...others] = proved;
  if (worst !== undefined)
    return { state: 'failed', cause: causeOf(worst), provedAt: earliest(worst.provedAt ?? now, now), others: others.map(causeOf), memory };
  if (unhealthy.length > 0) return { state: 'progressing', waiting: unhealthy.map(pendingTarget), memory };
  return { state: 'healthy', memory };
}
