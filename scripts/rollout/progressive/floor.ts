import { isRecord, type KubeObject, numberAt } from '../objects.ts';

/** The field in which each kind of autoscaler says how many pods there are at least. */
const floorFields: Readonly<Record<string, string>> = { HorizontalPodAutoscaler: 'minReplicas', ScaledObject: 'minReplicaCount' };

/**
 * An autoscaler that leaves at least so many pods: the stable release has fewer callers for a while, but gets them all back at once, and
 * must not have shrunk by then.
 */
export function withFloor(scaler: KubeObject, pods: number): KubeObject {
  const field = floorFields[scaler.kind];
  if (field === undefined || !isRecord(scaler.spec)) return scaler;
  return { ...scaler, spec: { ...scaler.spec, [field]: Math.max(pods, numberAt(scaler, 'spec', field) ?? 1) } };
}
