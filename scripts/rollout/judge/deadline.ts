import { conditionOf } from './objects.ts';
import type { Scene, Subject } from './scene.ts';
import { type Suspicion, suspectWorkload } from './suspicion.ts';
import { moment } from './time.ts';

/** The Deployment controller's own patience (`progressDeadlineSeconds`), when it ended after the release was applied. */
export function ownDeadline(scene: Scene, subject: Subject): readonly Suspicion[] {
  if (subject.workload.kind !== 'Deployment') return [];
  const progressing = conditionOf(subject.workload.status?.conditions, 'Progressing');
  const since = moment(progressing?.lastTransitionTime);
  if (progressing?.reason !== 'ProgressDeadlineExceeded' || since === undefined || since < scene.appliedAt) return [];
  return [suspectWorkload(subject, { code: 'deadline', what: progressing.message ?? progressing.reason, since, provedAt: since })];
}
