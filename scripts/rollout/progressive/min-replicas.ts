import type { KubeObject } from '../../cluster/objects.ts';
import { isRecord, numberAt } from '../../values/json.ts';

/** The field in which each kind of autoscaler says how many pods there are at least. */
const minReplicasFields: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: 'minReplicas', ScaledObject: 'minReplicaCount' };

/**
 * An autoscaler that leaves at least so many pods: the stable release has fewer callers for a while, but gets them all back at once, and
 * must not have shrunk by then.
 */
export function withMinReplicas(scaler: KubeObject, pods: number): KubeObject {
  const field = minReplicasFields[scaler.kind];
  if (field === undefined || !isRecord(scaler.spec)) return scaler;
  return { ...scaler, spec: { ...scaler.spec, [field]: Math.max(pods, numberAt(scaler, 'spec', field) ?? 1) } };
}
