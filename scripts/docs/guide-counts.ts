import { type ReferenceName, referenceNames } from '../../manifests/environments/index.ts';
import type { KubernetesObject } from '../../manifests/kubernetes/object.ts';
import { synthesize } from '../../manifests/synth.ts';
import { guideObjects } from './guides.ts';

/** What a reference deploys. */
export interface GuideCount {
  readonly name: ReferenceName;
  /** Objects that the guide has too. */
  readonly guide: number;
  /** Objects that the guide does not have, by kind. */
  readonly additional: Readonly<Record<string, number>>;
  readonly services: number;
  /** Pods of workloads at their minimum. */
  readonly replicas: number;
}

/** Name without the hash of its content. */
const plainName = ({ metadata }: KubernetesObject) => metadata.name.replace(/-[0-9a-f]{10}$/, '');

/** Pods of an object without traffic: those of the autoscaler's minimum, of a store, of an operator's database and its pooler. */
function podsOf({ kind, spec }: KubernetesObject): number {
  const { minReplicas, minReplicaCount, replicas, instances } = Object(spec);
  return ['HorizontalPodAutoscaler', 'ScaledObject', 'Deployment', 'StatefulSet', 'Cluster', 'Pooler'].includes(kind)
    ? Number(minReplicas ?? minReplicaCount ?? replicas ?? instances ?? 0)
    : 0;
}

const countOf = (name: ReferenceName): GuideCount => {
  const objects = synthesize(name).flatMap((chart) => chart.objects);
  const isOfGuide = (object: KubernetesObject) =>
    guideObjects[name].some(({ here }) => 'kind' in here && here.kind === object.kind && here.name === plainName(object));
  const additional = Map.groupBy(
    objects.filter((object) => !isOfGuide(object)),
    ({ kind }) => kind,
  );
  return {
    name,
    guide: objects.filter(isOfGuide).length,
    additional: Object.fromEntries(
      [...additional].map(([kind, same]) => [kind, same.length] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    ),
    services: objects.filter(({ kind }) => kind === 'Service').length,
    replicas: objects.reduce((sum, object) => sum + podsOf(object), 0),
  };
};

export const guideCounts = (): readonly GuideCount[] => referenceNames.map(countOf);
