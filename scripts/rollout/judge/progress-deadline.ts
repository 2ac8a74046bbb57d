import type { EvaluationContext, WorkloadContext } from './evaluation-context.ts';
import { type Finding, workloadFinding } from './finding.ts';
import { conditionOf } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';

/** The Deployment's `progressDeadlineSeconds`, if it was exceeded after the release was applied. */
export function exceededProgressDeadline(context: EvaluationContext, workload: WorkloadContext): readonly Finding[] {
  if (workload.object.kind !== 'Deployment') return [];
  const progressing = conditionOf(workload.object.status?.conditions, 'Progressing');
  const since = parseTimestamp(progressing?.lastTransitionTime);
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || since === undefined || since < context.appliedAt) return [];
  return [workloadFinding(workload, { code: 'deadline', what: progressing.message ?? progressing.reason, since, provedAt: since })];
}
