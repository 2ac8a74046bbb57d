import * as z from 'zod';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { kindAndName, objectsOfKind, type ParsedWorkload } from '../kubernetes/workloads.ts';

const target = z.object({ kind: z.string().default('Deployment'), name: z.string() });
const bounds = {
  HorizontalPodAutoscaler: z.object({ scaleTargetRef: target, minReplicas: z.number().default(1), maxReplicas: z.number() }),
  ScaledObject: z
    .object({ scaleTargetRef: target, minReplicaCount: z.number().default(0), maxReplicaCount: z.number().default(100) })
    .transform(({ scaleTargetRef, minReplicaCount: minReplicas, maxReplicaCount: maxReplicas }) => ({
      scaleTargetRef,
      minReplicas,
      maxReplicas,
    })),
};
type ScalerKind = keyof typeof bounds;
const isScaler = (kind: string): kind is ScalerKind => kind in bounds;

export interface Scaler {
  readonly name: string;
  readonly namespace: string | undefined;
  /** `Deployment/name`. */
  readonly target: string;
  readonly min: number;
  readonly max: number;
}

/** Autoscalers: HorizontalPodAutoscalers and KEDA's ScaledObjects. */
export const scalersOf = (objects: readonly KubernetesObject[]): Scaler[] =>
  objectsOfKind(objects, ...Object.keys(bounds)).flatMap((object) => (isScaler(object.kind) ? [scaler(object, object.kind)] : []));

function scaler(object: KubernetesObject, kind: ScalerKind): Scaler {
  const { scaleTargetRef, minReplicas: min, maxReplicas: max } = bounds[kind].parse(object.spec);
  return {
    name: kindAndName(object),
    namespace: object.metadata.namespace,
    target: `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
    min,
    max,
  };
}

/** Minimum and maximum number of pods of a workload. */
export function scaleOf(owner: ParsedWorkload, scalers: readonly Scaler[]): { readonly min: number; readonly max: number } {
  const own = scalers.find(({ target: name, namespace }) => name === owner.name && namespace === owner.metadata.namespace);
  return own ?? { min: owner.replicas ?? 1, max: owner.replicas ?? 1 };
}
