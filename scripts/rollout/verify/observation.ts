import { isStatus } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { KubeObject } from '../../cluster/objects.ts';
import type { Reader } from '../../cluster/watch-cache.ts';
import { at, isRecord } from '../../values/json.ts';
import { isCustomResourceKind } from '../judge/custom-resources.ts';
import { judge } from '../judge/judge.ts';
import { isClusterEvent, isClusterObject } from '../judge/kubernetes-objects.ts';
import type { Memory, Observation, Target } from '../judge/verdict.ts';

export interface WatchOptions {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly targets: readonly Target[];
  readonly appliedAt: Date;
  readonly deadlineSeconds: number;
  /** Memory of an earlier verdict. */
  readonly previous?: Memory;
}

/** Lines of the judge about unhealthy targets, without a deadline. */
export async function currentProblems(watched: Omit<WatchOptions, 'deadlineSeconds' | 'previous'>): Promise<string[]> {
  const verdict = judge(await observe({ ...watched, deadlineSeconds: Number.MAX_SAFE_INTEGER }));
  if (verdict.state === 'failed') return [verdict.cause, ...verdict.others].map(({ line }) => line);
  return verdict.state === 'progressing' ? verdict.waiting.map(({ line }) => line) : [];
}

/** Reads all objects that the judge needs. */
export async function observe(
  { cluster, namespace, targets, appliedAt, deadlineSeconds }: Omit<WatchOptions, 'cluster'> & { readonly cluster: Reader },
  previous?: Memory,
): Promise<Observation> {
  const has = (...kinds: Target['kind'][]) => targets.some(({ kind }) => kinds.includes(kind));
  const podLabels = commonLabels(targets);
  const list = (apiVersion: string, kind: string) => cluster.list({ apiVersion, kind }, namespace, podLabels);
  const lists = await Promise.all([
    Promise.all(targets.map(({ apiVersion, kind, name }) => cluster.get({ apiVersion, kind, namespace, name }))),
    list('v1', 'Pod'),
    has('Deployment') ? list('apps/v1', 'ReplicaSet') : [],
    has('StatefulSet', 'DaemonSet') ? list('apps/v1', 'ControllerRevision') : [],
    readableNodes(cluster),
  ]);
  const objects: readonly (object | undefined)[] = lists.flat();
  const events: readonly object[] = await cluster.list({ apiVersion: 'v1', kind: 'Event' }, namespace, undefined, eventSelector);
  return {
    now: cluster.now(),
    appliedAt,
    targets,
    objects: objects.filter((object) => object !== undefined).filter(isClusterObject),
    events: events.filter(isClusterEvent),
    deadlineSeconds,
    ...(previous === undefined ? {} : { previous }),
  };
}

/** Excludes the events of normal pod starts: a namespace may have thousands. */
const eventSelector = ['Scheduled', 'Pulled', 'Created', 'Started', 'SuccessfulCreate', 'SuccessfulDelete']
  .map((reason) => `reason!=${reason}`)
  .join();

/** A selector of the labels that all pods, ReplicaSets and ControllerRevisions of the targets share; undefined if there are none. */
function commonLabels(targets: readonly Target[]): string | undefined {
  const [first, ...others] = targets
    .filter(({ kind }) => !isCustomResourceKind(kind))
    .map(({ podLabels = {} }) => Object.entries(podLabels));
  const common = first?.filter(([name, value]) => others.every((labels) => labels.some(([other, its]) => other === name && its === value)));
  return common === undefined || common.length === 0 ? undefined : common.map((pair) => pair.join('=')).join();
}

/** Labels of a workload's pods of any revision. A Job selects by its UID, but its template is immutable. */
function podLabelsOf({ kind, spec }: KubeObject): Pick<Target, 'podLabels'> {
  const labels = kind === 'Job' ? at(spec, 'template', 'metadata', 'labels') : at(spec, 'selector', 'matchLabels');
  if (!isRecord(labels)) return {};
  return {
    podLabels: Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
  };
}

/** Empty if the account may not read nodes, which are cluster-scoped. */
async function readableNodes(cluster: Reader): Promise<KubeObject[]> {
  try {
    return await cluster.list({ apiVersion: 'v1', kind: 'Node' }, '');
  } catch (error) {
    if (isStatus(error, 403)) return [];
    throw error;
  }
}

const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'] satisfies Target['kind'][];
const isTargetKind = (kind: string): kind is Target['kind'] => workloadKinds.includes(kind) || isCustomResourceKind(kind);

/** The applied objects that the judge evaluates, as targets. */
export function targetsOf(objects: readonly KubeObject[]): Target[] {
  return objects.flatMap((object) => {
    const { apiVersion, kind } = object;
    const { name, namespace = '', uid, generation } = object.metadata;
    return isTargetKind(kind)
      ? [
          {
            apiVersion,
            kind,
            name,
            namespace,
            ...podLabelsOf(object),
            ...(uid === undefined ? {} : { uid }),
            ...(typeof generation === 'number' ? { generation } : {}),
          },
        ]
      : [];
  });
}
