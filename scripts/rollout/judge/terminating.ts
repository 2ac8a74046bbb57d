import type { Pod } from './objects.ts';
import { missing } from './progress.ts';
import type { Scene, Subject } from './scene.ts';
import { type Suspicion, suspectPod } from './suspicion.ts';
import { after, moment } from './time.ts';

/** Workloads that start no new pod while an old one is still there. A rolling Deployment does not wait for those that go. */
function waitsForOldPods({ workload }: Subject): boolean {
  if (workload.kind === 'Deployment') return workload.spec?.strategy?.type === 'Recreate';
  return workload.kind === 'StatefulSet' || workload.kind === 'DaemonSet';
}

const holders = ({ metadata, spec }: Pod): string => {
  const { finalizers = [] } = metadata;
  return finalizers.length > 0 ? `finalizers: ${finalizers.join(', ')}` : `its node ${spec?.nodeName ?? ''} has not ended it`;
};

/** An old pod that should be gone and is not keeps the new one from coming. On a lost node nobody can end it: that is not the release's fault. */
export function terminatingTrouble(scene: Scene, subject: Subject): readonly Suspicion[] {
  if (!waitsForOldPods(subject) || missing(subject.workload) === undefined) return [];
  return subject.leaving
    .filter(({ spec }) => !scene.notReadyNodes.has(spec?.nodeName ?? ''))
    .flatMap((pod) => {
      const due = moment(pod.metadata.deletionTimestamp);
      if (due === undefined || due > scene.now) return [];
      const what = `has to go since ${due.toISOString()} and is still there (${holders(pod)})`;
      return [
        suspectPod(subject, pod, { code: 'stuck-terminating', what, since: due, provedAt: after(due, scene.limits.terminatingSeconds) }),
      ];
    });
}
