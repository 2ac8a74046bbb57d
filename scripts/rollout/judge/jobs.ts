import type { Job, Pod } from './objects.ts';
import { type Scene, type Seat, type Subject, seatsOf } from './scene.ts';
import { type Suspicion, suspectContainer, suspectWorkload } from './suspicion.ts';
import { moment } from './time.ts';

/** The last container that ended badly in the Job's pods. */
function culprit(subject: Subject): Seat | undefined {
  const finished = ({ status }: Seat): number => moment(status.state?.terminated?.finishedAt)?.getTime() ?? 0;
  const name = ({ pod, status }: Seat): string => `${pod.metadata.name}/${status.name}`;
  return subject.pods
    .flatMap((pod: Pod) => seatsOf(subject, pod))
    .filter(({ status }) => (status.state?.terminated?.exitCode ?? 0) !== 0)
    .sort((one, two) => finished(two) - finished(one) || (name(one) < name(two) ? -1 : 1))[0];
}

/**
 * A failed Job stays failed, so its condition counts whenever it was set. `FailureTarget` comes first, while its pods are still being ended.
 */
export function jobTrouble(scene: Scene, subject: Subject, job: Job): readonly Suspicion[] {
  const failure = job.status?.conditions
    ?.filter(({ type, status }) => status === 'True' && (type === 'Failed' || type === 'FailureTarget'))
    .sort((one, two) => (moment(one.lastTransitionTime)?.getTime() ?? 0) - (moment(two.lastTransitionTime)?.getTime() ?? 0))[0];
  if (failure === undefined) return [];
  const since = moment(failure.lastTransitionTime) ?? scene.now;
  const seat = culprit(subject);
  const end = seat?.status.state?.terminated;
  const what = `the Job failed (${failure.reason ?? 'no reason given'}: ${failure.message ?? ''})`;
  if (seat === undefined || !end) return [suspectWorkload(subject, { code: 'job-failed', what, since, provedAt: since })];
  const ended = `exited with code ${end.exitCode} (${end.reason ?? 'no reason given'})${end.message ? `: ${end.message}` : ''}`;
  return [suspectContainer(seat, { code: 'job-failed', what: `${ended}; ${what}`, since, provedAt: since })];
}
