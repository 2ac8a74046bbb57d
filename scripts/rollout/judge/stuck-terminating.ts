import type { EvaluationContext, WorkloadContext } from './evaluation-context.ts';
import { type Finding, podFinding } from './finding.ts';
import type { Pod } from './kubernetes-objects.ts';
import { incompleteReason } from './rollout-progress.ts';
import { addSeconds, parseTimestamp } from './timestamps.ts';

/** Workloads that start no new pod while an old one is still there. A rolling Deployment does not wait for those that go. */
function waitsForOldPods({ workload }: WorkloadContext): boolean {
  if (workload.kind === 'Deployment') return workload.spec?.strategy?.type === 'Recreate';
  return workload.kind === 'StatefulSet' || workload.kind === 'DaemonSet';
}

const holders = ({ metadata, spec }: Pod): string => {
  const { finalizers = [] } = metadata;
  return finalizers.length > 0 ? `finalizers: ${finalizers.join(', ')}` : `its node ${spec?.nodeName ?? ''} has not ended it`;
};

/** An old pod that should be gone and is not keeps the new one from coming. On a lost node nobody can end it: that is not the release's fault. */
export function stuckTerminatingPods(scene: EvaluationContext, subject: WorkloadContext): readonly Finding[] {
  if (!waitsForOldPods(subject) || incompleteReason(subject.workload) === undefined) return [];
  return subject.terminatingPods
    .filter(({ spec }) => !scene.notReadyNodes.has(spec?.nodeName ?? ''))
    .flatMap((pod) => {
      const due = parseTimestamp(pod.metadata.deletionTimestamp);
      if (due === undefined || due > scene.now) return [];
      const what = `has to go since ${due.toISOString()} and is still there (${holders(pod)})`;
      return [
        podFinding(subject, pod, {
          code: 'stuck-terminating',
          what,
          since: due,
          provedAt: addSeconds(due, scene.limits.terminatingSeconds),
        }),
      ];
    });
}
