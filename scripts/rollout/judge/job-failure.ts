import { type ContainerContext, containerContexts, type EvaluationContext, type WorkloadContext } from './evaluation-context.ts';
import { containerFinding, type Finding, workloadFinding } from './finding.ts';
import type { Job, Pod } from './kubernetes-objects.ts';
import { parseTimestamp } from './timestamps.ts';

/** The last container of the Job's pods that failed. */
function lastFailedContainer(workload: WorkloadContext): ContainerContext | undefined {
  const finished = ({ status }: ContainerContext): number => parseTimestamp(status.state?.terminated?.finishedAt)?.getTime() ?? 0;
  const name = ({ pod, status }: ContainerContext): string => `${pod.metadata.name}/${status.name}`;
  return workload.pods
    .flatMap((pod: Pod) => containerContexts(workload, pod))
    .filter(({ status }) => (status.state?.terminated?.exitCode ?? 0) !== 0)
    .sort((one, two) => finished(two) - finished(one) || (name(one) < name(two) ? -1 : 1))[0];
}

/** A failed Job is final, so its condition counts even if it is older than the release. `FailureTarget` comes first, while its pods terminate. */
export function failedJobs(context: EvaluationContext, workload: WorkloadContext, job: Job): readonly Finding[] {
  const failure = job.status?.conditions
    ?.filter(({ type, status }) => status === 'True' && (type === 'Failed' || type === 'FailureTarget'))
    .sort(
      (one, two) => (parseTimestamp(one.lastTransitionTime)?.getTime() ?? 0) - (parseTimestamp(two.lastTransitionTime)?.getTime() ?? 0),
    )[0];
  if (failure === undefined) return [];
  const since = parseTimestamp(failure.lastTransitionTime) ?? context.now;
  const container = lastFailedContainer(workload);
  const end = container?.status.state?.terminated;
  const what = `the Job failed (${failure.reason ?? 'no reason given'}: ${failure.message ?? ''})`;
  if (container === undefined || !end) return [workloadFinding(workload, { code: 'job-failed', what, since, provedAt: since })];
  const ended = `exited with code ${end.exitCode} (${end.reason ?? 'no reason given'})${end.message ? `: ${end.message}` : ''}`;
  return [containerFinding(container, { code: 'job-failed', what: `${ended}; ${what}`, since, provedAt: since })];
}
