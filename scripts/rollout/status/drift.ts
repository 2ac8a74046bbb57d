import { ApiError, isStatus } from '../../cluster/api-error.ts';
import { type Cluster, fieldManager } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { numberAt, textAt } from '../../values/json.ts';
import { type Chart, rolloutSteps } from '../plan/deploy-order.ts';
import { withoutScaledReplicas } from '../plan/deploy-plan.ts';
import { changesBetween, maskedAt, maskedObject } from '../plan/object-diff.ts';
import { type FieldManager, fieldManagers, lastWriter } from './field-managers.ts';
import { type ForeignPod, foreignPods } from './foreign-pods.ts';

/** One field that is not as it was released. `undefined`: it is not there. */
export interface DriftedField {
  readonly path: string;
  readonly released: unknown;
  readonly live: unknown;
  /** Who wrote it last, as `managedFields` says; undefined where nobody owns it, such as a field that was taken out. */
  readonly manager: string | undefined;
}
export interface DriftedObject {
  /** `Deployment/instagram-captions-api`. */
  readonly object: string;
  readonly state: 'missing' | 'changed';
  readonly fields: readonly DriftedField[];
}

/**
 * What differs between the live objects and the charts of a release, by a server-side dry run that takes every field back; nothing is
 * written. Not drift: what an autoscaler chose within its bounds, status, and a Job that is gone, for it is done with.
 */
export async function detectDrift(cluster: Cluster, namespace: string, charts: readonly Chart[]): Promise<DriftedObject[]> {
  const objects = withoutScaledReplicas(rolloutSteps(charts)).flatMap(({ objects }) => objects);
  const bounds = replicaBounds(objects);
  const found = await Promise.all(objects.map((object) => driftOfObject(cluster, object, bounds.get(nameOf(object)))));
  const foreign = await foreignPods(cluster, namespace, charts);
  return [...found.filter((one) => one !== undefined), ...foreign.map(driftOfPods)];
}

/** A pod that takes callers of a Service without being part of the release. */
const driftOfPods = ({ service, pod, owner }: ForeignPod): DriftedObject => ({
  object: label({ kind: 'Service', name: service }),
  state: 'changed',
  fields: [{ path: 'pods', released: undefined, live: `Pod/${pod}${owner === undefined ? '' : ` of ${owner}`}`, manager: undefined }],
});

const nameOf = ({ kind, metadata: { name } }: KubeObject): string => label({ kind, name });

async function driftOfObject(cluster: Cluster, object: KubeObject, bounds: Bounds | undefined): Promise<DriftedObject | undefined> {
  const live = await liveOf(cluster, object);
  if (live === undefined) return object.kind === 'Job' ? undefined : { object: nameOf(object), state: 'missing', fields: [] };
  const shown = maskedObject(live);
  const managers = fieldManagers(live, shown);
  const changed = await changedFields(cluster, object, live, managers);
  const known = [...changed.map(({ path }) => path), ...(bounds === undefined ? [] : ['spec.replicas'])];
  const added = addedFields(managers).filter(({ path }) => !known.includes(path));
  const fields = [...changed, ...added, ...outOfBounds(live, managers, bounds)];
  return fields.length === 0 ? undefined : { object: nameOf(object), state: 'changed', fields };
}

/** Undefined also where the cluster does not know the kind any more. */
async function liveOf(cluster: Cluster, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(refOf(object));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'UnknownKind') return undefined;
    throw error;
  }
}

/** What applying the release would bring back. */
async function changedFields(
  cluster: Cluster,
  object: KubeObject,
  live: KubeObject,
  managers: readonly FieldManager[],
): Promise<DriftedField[]> {
  const others = managers.filter(({ manager }) => manager !== fieldManager);
  try {
    const restored = await cluster.apply(object, { dryRun: true, force: true });
    return changesBetween(live, restored).map(({ path, before, after }) => ({
      path,
      released: after,
      live: before,
      manager: lastWriter(path, others),
    }));
  } catch (error) {
    // Somebody made the object anew with another selector or the like: no apply can bring that back, which says that it differs.
    if (!isStatus(error, 422)) throw error;
    return error.causes.map(({ field, message }) => ({
      path: field,
      released: undefined,
      live: message,
      manager: lastWriter(field, others),
    }));
  }
}

/** Programs by which people change objects. What operators and controllers add to an object is theirs to add. */
const manualTools = /^(kubectl|helm|k9s|lens|headlamp|mozilla|node-fetch|openapi-generator|python|terraform|hashicorp)/i;
/** Notes of such programs to themselves, and when pods were started anew: they do not change what runs. */
const ignoredAnnotations = /^metadata\.annotations\.kubectl\.kubernetes\.io\/|\.annotations\.kubectl\.kubernetes\.io\/restartedAt$/;

/** What people added to an object; the release does not say anything about it, so that no apply takes it away. */
function addedFields(managers: readonly FieldManager[]): DriftedField[] {
  const ours = new Set(managers.filter(({ manager }) => manager === fieldManager).flatMap(({ fields }) => [...fields.keys()]));
  // The latest of several owners stands last, and so is the one that is kept.
  const theirs = managers.filter(({ manager }) => manualTools.test(manager)).toReversed();
  const added = new Map(
    theirs.flatMap(({ name, fields }) =>
      [...fields].map(([path, value]): [string, DriftedField] => [
        path,
        { path, released: undefined, live: maskedAt(path, value), manager: name },
      ]),
    ),
  );
  return [...added.values()].filter(({ path }) => !ours.has(path) && !ignoredAnnotations.test(path));
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Between which numbers of replicas an autoscaler chooses, by the name of the workload. */
function replicaBounds(objects: readonly KubeObject[]): Map<string, Bounds> {
  return new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map((scaler) => [
        `${textAt(scaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(scaler, 'spec', 'scaleTargetRef', 'name')}`,
        { min: numberAt(scaler, 'spec', 'minReplicas') ?? 1, max: numberAt(scaler, 'spec', 'maxReplicas') ?? 0 },
      ]),
  );
}

/** A number that no autoscaler chose, such as 0, which switches it off. */
function outOfBounds(live: KubeObject, managers: readonly FieldManager[], bounds: Bounds | undefined): DriftedField[] {
  const replicas = numberAt(live, 'spec', 'replicas');
  if (bounds === undefined || replicas === undefined || (replicas >= bounds.min && replicas <= bounds.max)) return [];
  const path = 'spec.replicas';
  return [{ path, released: `${bounds.min} to ${bounds.max}`, live: replicas, manager: lastWriter(path, managers) }];
}
