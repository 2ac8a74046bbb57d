import type { KubeObject } from '../../cluster/objects.ts';
import { isRecord, numberAt } from '../../values/json.ts';

/** Field with the minimum number of pods, by kind of autoscaler. */
const minReplicasFields: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: 'minReplicas', ScaledObject: 'minReplicaCount' };

/**
 * Raises the minimum of an autoscaler: the stable release has less traffic during a canary, but must be able to take over all of it at once.
 */
export function withMinReplicas(scaler: KubeObject, pods: number): KubeObject {
  const field = minReplicasFields[scaler.kind];
  if (field === undefined || !isRecord(scaler.spec)) return scaler;
  return { ...scaler, spec: { ...scaler.spec, [field]: Math.max(pods, numberAt(scaler, 'spec', field) ?? 1) } };
}
