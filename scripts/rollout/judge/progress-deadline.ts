import type { EvaluationContext, WorkloadContext } from './evaluation-context.ts';
import { type Finding, workloadFinding } from './finding.ts';
import { conditionOf } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';

/** The Deployment controller's own patience (`progressDeadlineSeconds`), when it ended after the release was applied. */
export function exceededProgressDeadline(scene: EvaluationContext, subject: WorkloadContext): readonly Finding[] {
  if (subject.workload.kind !== 'Deployment') return [];
  const progressing = conditionOf(subject.workload.status?.conditions, 'Progressing');
  const since = parseTimestamp(progressing?.lastTransitionTime);
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || since === undefined || since < scene.appliedAt) return [];
  return [workloadFinding(subject, { code: 'deadline', what: progressing.message ?? progressing.reason, since, provedAt: since })];
}
