import { type ContainerContext, containerContexts, type EvaluationContext, type WorkloadContext } from './evaluation-context.ts';
import { containerFinding, type Finding, workloadFinding } from './finding.ts';
import type { Job, Pod } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';

/** The last container that ended badly in the Job's pods. */
function lastFailedContainer(subject: WorkloadContext): ContainerContext | undefined {
  const finished = ({ status }: ContainerContext): number => parseTimestamp(status.state?.terminated?.finishedAt)?.getTime() ?? 0;
  const name = ({ pod, status }: ContainerContext): string => `${pod.metadata.name}/${status.name}`;
  return subject.pods
    .flatMap((pod: Pod) => containerContexts(subject, pod))
    .filter(({ status }) => (status.state?.terminated?.exitCode ?? 0) !== 0)
    .sort((one, two) => finished(two) - finished(one) || (name(one) < name(two) ? -1 : 1))[0];
}

/**
 * A failed Job stays failed, so its condition counts whenever it was set. `FailureTarget` comes first, while its pods are still being ended.
 */
export function failedJobs(scene: EvaluationContext, subject: WorkloadContext, job: Job): readonly Finding[] {
  const failure = job.status?.conditions
    ?.filter(({ type, status }) => status === 'True' && (type === 'Failed' || type === 'FailureTarget'))
    .sort(
      (one, two) => (parseTimestamp(one.lastTransitionTime)?.getTime() ?? 0) - (parseTimestamp(two.lastTransitionTime)?.getTime() ?? 0),
    )[0];
  if (failure === undefined) return [];
  const since = parseTimestamp(failure.lastTransitionTime) ?? scene.now;
  const seat = lastFailedContainer(subject);
  const end = seat?.status.state?.terminated;
  const what = `the Job failed (${failure.reason ?? 'no reason given'}: ${failure.message ?? ''})`;
  if (seat === undefined || !end) return [workloadFinding(subject, { code: 'job-failed', what, since, provedAt: since })];
  const ended = `exited with code ${end.exitCode} (${end.reason ?? 'no reason given'})${end.message ? `: ${end.message}` : ''}`;
  return [containerFinding(seat, { code: 'job-failed', what: `${ended}; ${what}`, since, provedAt: since })];
}
