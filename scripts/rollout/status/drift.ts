import { ApiError, isStatus } from '../../cluster/api-error.ts';
import { type Cluster, fieldManager } from '../../cluster/cluster.ts';
import { type KubeObject, label, refOf } from '../../cluster/objects.ts';
import { numberAt, textAt } from '../../values/json.ts';
import { type Chart, rolloutSteps } from '../plan/deploy-order.ts';
import { withoutScaledReplicas } from '../plan/deploy-plan.ts';
import { changesBetween, maskedAt, maskedObject } from '../plan/object-diff.ts';
import { type FieldManager, fieldManagers, lastWriter } from './field-managers.ts';
import { type ForeignPod, foreignPods } from './foreign-pods.ts';

/** A field that differs from the release; undefined if it does not exist. */
export interface DriftedField {
  readonly path: string;
  readonly released: unknown;
  readonly live: unknown;
  /** Last manager according to `managedFields`; undefined without an owner, such as for a removed field. */
  readonly manager: string | undefined;
}
export interface DriftedObject {
  /** `Deployment/instagram-captions-api`. */
  readonly object: string;
  readonly state: 'missing' | 'changed';
  readonly fields: readonly DriftedField[];
}

/**
 * Compares the live objects with the charts of a release by a server-side dry run that takes over all fields. Replicas within the limits of an
 * autoscaler, status, and deleted Jobs are no drift.
 */
export async function detectDrift(cluster: Cluster, namespace: string, charts: readonly Chart[]): Promise<DriftedObject[]> {
  const objects = withoutScaledReplicas(rolloutSteps(charts)).flatMap(({ objects }) => objects);
  const limits = replicaLimits(objects);
  const found = await Promise.all(objects.map((object) => driftOfObject(cluster, object, limits.get(nameOf(object)))));
  const foreign = await foreignPods(cluster, namespace, charts);
  return [...found.filter((one) => one !== undefined), ...foreign.map(driftOfPods)];
}

/** A pod behind a Service that is not part of the release. */
const driftOfPods = ({ service, pod, owner }: ForeignPod): DriftedObject => ({
  object: label({ kind: 'Service', name: service }),
  state: 'changed',
  fields: [{ path: 'pods', released: undefined, live: `Pod/${pod}${owner === undefined ? '' : ` of ${owner}`}`, manager: undefined }],
});

const nameOf = ({ kind, metadata: { name } }: KubeObject): string => label({ kind, name });

async function driftOfObject(cluster: Cluster, object: KubeObject, limits: ReplicaLimits | undefined): Promise<DriftedObject | undefined> {
  const live = await liveOf(cluster, object);
  if (live === undefined) return object.kind === 'Job' ? undefined : { object: nameOf(object), state: 'missing', fields: [] };
  const shown = maskedObject(live);
  const managers = fieldManagers(live, shown);
  const changed = await changedFields(cluster, object, live, managers);
  const known = [...changed.map(({ path }) => path), ...(limits === undefined ? [] : ['spec.replicas'])];
  const added = addedFields(managers).filter(({ path }) => !known.includes(path));
  const fields = [...changed, ...added, ...outsideLimits(live, managers, limits)];
  return fields.length === 0 ? undefined : { object: nameOf(object), state: 'changed', fields };
}

/** Undefined if the object or its kind does not exist. */
async function liveOf(cluster: Cluster, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await cluster.get(refOf(object));
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'UnknownKind') return undefined;
    throw error;
  }
}

/** Fields that applying the release would reset. */
async function changedFields(
  cluster: Cluster,
  object: KubeObject,
  live: KubeObject,
  managers: readonly FieldManager[],
): Promise<DriftedField[]> {
  const others = managers.filter(({ manager }) => manager !== fieldManager);
  try {
    const reapplied = await cluster.apply(object, { dryRun: true, force: true });
    return changesBetween(live, reapplied).map(({ path, before, after }) => ({
      path,
      released: after,
      live: before,
      manager: lastWriter(path, others),
    }));
  } catch (error) {
    // An immutable field such as a selector differs, so that the apply is rejected.
    if (!isStatus(error, 422)) throw error;
    return error.causes.map(({ field, message }) => ({
      path: field,
      released: undefined,
      live: message,
      manager: lastWriter(field, others),
    }));
  }
}

/** Field managers of manual changes. Fields that operators and controllers add are no drift. */
const manualTools = /^(kubectl|helm|k9s|lens|headlamp|mozilla|node-fetch|openapi-generator|python|terraform|hashicorp)/i;
/** Annotations of such tools that do not change what runs, such as the time of a restart. */
const ignoredAnnotations = /^metadata\.annotations\.kubectl\.kubernetes\.io\/|\.annotations\.kubectl\.kubernetes\.io\/restartedAt$/;

/** Fields that users added and the release does not set, so that an apply does not remove them. */
function addedFields(managers: readonly FieldManager[]): DriftedField[] {
  const applied = new Set(managers.filter(({ manager }) => manager === fieldManager).flatMap(({ fields }) => [...fields.keys()]));
  // The latest of several owners comes last and is kept.
  const manual = managers.filter(({ manager }) => manualTools.test(manager)).toReversed();
  const added = new Map(
    manual.flatMap(({ name, fields }) =>
      [...fields].map(([path, value]): [string, DriftedField] => [
        path,
        { path, released: undefined, live: maskedAt(path, value), manager: name },
      ]),
    ),
  );
  return [...added.values()].filter(({ path }) => !applied.has(path) && !ignoredAnnotations.test(path));
}

interface ReplicaLimits {
  readonly min: number;
  readonly max: number;
}

/** Replica limits of autoscalers, by workload. */
function replicaLimits(objects: readonly KubeObject[]): Map<string, ReplicaLimits> {
  return new Map(
    objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map((scaler) => [
        `${textAt(scaler, 'spec', 'scaleTargetRef', 'kind')}/${textAt(scaler, 'spec', 'scaleTargetRef', 'name')}`,
        { min: numberAt(scaler, 'spec', 'minReplicas') ?? 1, max: numberAt(scaler, 'spec', 'maxReplicas') ?? 0 },
      ]),
  );
}

/** Replicas outside of the autoscaler's limits, such as 0, which disables it. */
function outsideLimits(live: KubeObject, managers: readonly FieldManager[], limits: ReplicaLimits | undefined): DriftedField[] {
  const replicas = numberAt(live, 'spec', 'replicas');
  if (limits === undefined || replicas === undefined || (replicas >= limits.min && replicas <= limits.max)) return [];
  const path = 'spec.replicas';
  return [{ path, released: `${limits.min} to ${limits.max}`, live: replicas, manager: lastWriter(path, managers) }];
}
