import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { at, listAt, numberAt, textAt } from '../../values/json.ts';

const tries = 50;
const pauseMs = 200;

/**
 * Removes the pods of a StatefulSet that a bad release has left broken. Its controller waits for each to become ready before it touches it
 * again, which a broken one never does: bringing the old template back is not enough (Kubernetes' documentation calls it a forced rollback).
 * @returns a line for each pod that was removed
 */
export async function deleteBrokenPods(cluster: Cluster, applied: KubeObject, signal: AbortSignal): Promise<string[]> {
  const current = await seenByController(cluster, applied, signal);
  if (current === undefined) return [];
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, current.metadata.namespace ?? '');
  const broken = pods.filter(
    (pod) => isOf(current, pod) && isBroken(pod) && revisionOf(pod) !== textAt(current, 'status', 'updateRevision'),
  );
  for (const pod of broken) await cluster.remove(refOf(pod), pod.metadata.uid ?? '');
  return broken.map((pod) => `removed ${label({ kind: 'Pod', name: pod.metadata.name })}, which the bad release had left broken`);
}

/** Its status names the revision to come only once its controller has seen the change. */
async function seenByController(cluster: Cluster, applied: KubeObject, signal: AbortSignal): Promise<KubeObject | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
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
