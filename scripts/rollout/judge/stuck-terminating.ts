import type { EvaluationContext, WorkloadContext } from './evaluation-context.ts';
import { type Finding, podFinding } from './finding.ts';
import type { Pod } from './kubernetes-objects.ts';
import { incompleteReason } from './rollout-progress.ts';
import { addSeconds, parseTimestamp } from './timestamps.ts';

/** Workloads that start a new pod only after the old one is gone. A rolling Deployment does not wait for terminating pods. */
function waitsForOldPods({ object }: WorkloadContext): boolean {
  if (object.kind === 'Deployment') return object.spec?.strategy?.type === 'Recreate';
  return object.kind === 'StatefulSet' || object.kind === 'DaemonSet';
}

const blockers = ({ metadata, spec }: Pod): string => {
  const { finalizers = [] } = metadata;
  return finalizers.length > 0 ? `finalizers: ${finalizers.join(', ')}` : `its node ${spec?.nodeName ?? ''} has not ended it`;
};

/** A terminating pod that blocks its replacement after its grace period. On a node that is not ready it cannot end: such pods are exempt. */
export function stuckTerminatingPods(context: EvaluationContext, workload: WorkloadContext): readonly Finding[] {
  if (!waitsForOldPods(workload) || incompleteReason(workload.object) === undefined) return [];
  return workload.terminatingPods
    .filter(({ spec }) => !context.notReadyNodes.has(spec?.nodeName ?? ''))
    .flatMap((pod) => {
      const due = parseTimestamp(pod.metadata.deletionTimestamp);
      if (due === undefined || due > context.now) return [];
      const what = `should have terminated by ${due.toISOString()} and still exists (${blockers(pod)})`;
      return [
        podFinding(workload, pod, {
          code: 'stuck-terminating',
          what,
          since: due,
          provedAt: addSeconds(due, context.limits.terminatingSeconds),
        }),
      ];
    });
}
