import type { EvaluationContext, WorkloadContext } from './evaluation-context.ts';
import { type Finding, workloadFinding } from './finding.ts';
import { conditionOf, type DaemonSet, type Deployment, type Job, type StatefulSet, type Workload } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';

/** Why the rollout of a workload is not complete; undefined if it is. */
export function incompleteReason(workload: Workload): string | undefined {
  switch (workload.kind) {
    case 'Deployment':
      return incompleteDeployment(workload);
    case 'StatefulSet':
      return incompleteStatefulSet(workload);
    case 'DaemonSet':
      return incompleteDaemonSet(workload);
    case 'Job':
      return incompleteJob(workload);
  }
}

/** Compares with the current number of replicas, which an autoscaler may change during the rollout. */
function incompleteDeployment({ spec, status }: Deployment): string | undefined {
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  if (updatedReplicas < wanted)
    return `${updatedReplicas} of ${wanted} pods are of the new revision${spec?.paused ? ', and the rollout is paused' : ''}`;
  if (replicas > updatedReplicas) return `${replicas - updatedReplicas} of ${replicas} pods are of an earlier revision`;
  if (availableReplicas < wanted) return `${availableReplicas} of ${wanted} pods are available`;
  return undefined;
}

/** Pods below the partition keep the earlier revision by design; with OnDelete all pods may. */
function incompleteStatefulSet({ spec, status }: StatefulSet): string | undefined {
  const wanted = spec?.replicas ?? 1;
  const { updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } = status ?? {};
  const partition = spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  const toUpdate = spec?.updateStrategy?.type === 'OnDelete' ? 0 : Math.max(0, wanted - partition);
  if (updatedReplicas < toUpdate) return `${updatedReplicas} of ${toUpdate} pods are of the new revision`;
  const available = Math.min(readyReplicas, availableReplicas);
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}

function incompleteDaemonSet({ spec, status }: DaemonSet): string | undefined {
  const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled: updated = 0, numberAvailable: available = 0 } = status ?? {};
  if (spec?.updateStrategy?.type !== 'OnDelete' && updated < wanted) return `${updated} of ${wanted} pods are of the new revision`;
  return available < wanted ? `${available} of ${wanted} pods are available` : undefined;
}

function incompleteJob({ spec, status }: Job): string | undefined {
  if (conditionOf(status?.conditions, 'Complete')?.status === 'True') return undefined;
  if (spec?.suspend) return 'it is suspended';
  const { active = 0, succeeded = 0, failed = 0 } = status ?? {};
  return `it has not completed (${active} pods active, ${succeeded} succeeded, ${failed} failed)`;
}

/** The Deployment's `progressDeadlineSeconds`, if it was exceeded after the release was applied. */
export function exceededProgressDeadline(context: EvaluationContext, workload: WorkloadContext): readonly Finding[] {
  if (workload.object.kind !== 'Deployment') return [];
  const progressing = conditionOf(workload.object.status?.conditions, 'Progressing');
  const since = parseTimestamp(progressing?.lastTransitionTime);
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || since === undefined || since < context.appliedAt) return [];
  return [workloadFinding(workload, { code: 'deadline', what: progressing.message ?? progressing.reason, since, provedAt: since })];
}
