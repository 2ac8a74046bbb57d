import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { at, listAt, numberAt, textAt } from '../../values/json.ts';

const attempts = 50;
const pauseMs = 200;

/**
 * Deletes the broken pods that a failed release has left in a StatefulSet. Its controller waits until each pod is ready before it updates the
 * pod, so that the old template alone does not repair it ("forced rollback" in the Kubernetes documentation).
 * @returns a line for each deleted pod
 */
export async function deleteBrokenPods(cluster: Cluster, applied: KubeObject, signal: AbortSignal): Promise<string[]> {
  const current = await observedByController(cluster, applied, signal);
  if (current === undefined) return [];
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, current.metadata.namespace ?? '');
  const broken = pods.filter(
    (pod) => isOf(current, pod) && isBroken(pod) && revisionOf(pod) !== textAt(current, 'status', 'updateRevision'),
  );
  for (const pod of broken) await cluster.remove(refOf(pod), pod.metadata.uid ?? '');
  return broken.map((pod) => `deleted ${label({ kind: 'Pod', name: pod.metadata.name })}, which the failed release had left broken`);
}

/** Waits until the controller has observed the change: only then its status has the new revision. */
async function observedByController(cluster: Cluster, applied: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const live = await cluster.get(refOf(applied));
    const wanted = numberAt(applied, 'metadata', 'generation') ?? 0;
    if (live === undefined || (numberAt(live, 'status', 'observedGeneration') ?? 0) >= wanted) return live;
    await cluster.clock.sleep(pauseMs, signal);
  }
  return undefined;
}

const isOf = (set: KubeObject, pod: KubeObject): boolean =>
  listAt(pod, 'metadata', 'ownerReferences').some((owner) => textAt(owner, 'uid') === set.metadata.uid);
const revisionOf = (pod: KubeObject): string | undefined => pod.metadata.labels?.['controller-revision-hash'];
const isBroken = (pod: KubeObject): boolean =>
  at(pod, 'metadata', 'deletionTimestamp') === undefined &&
  !listAt(pod, 'status', 'conditions').some((one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True');
