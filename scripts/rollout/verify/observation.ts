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
  /** What an earlier verdict remembered. */
  readonly previous?: Memory;
}

/** The judge's sentences on what is not healthy now, whatever the time. */
export async function currentProblems(watched: Omit<WatchOptions, 'deadlineSeconds' | 'previous'>): Promise<string[]> {
  const verdict = judge(await observe({ ...watched, deadlineSeconds: Number.MAX_SAFE_INTEGER }));
  if (verdict.state === 'failed') return [verdict.cause, ...verdict.others].map(({ line }) => line);
  return verdict.state === 'progressing' ? verdict.waiting.map(({ line }) => line) : [];
}

/** Everything the judge needs to know now. */
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

/** Without the events of pods that start as they should: a namespace may hold thousands of others. */
const eventSelector = ['Scheduled', 'Pulled', 'Created', 'Started', 'SuccessfulCreate', 'SuccessfulDelete']
  .map((reason) => `reason!=${reason}`)
  .join();

/** A selector for what all pods, ReplicaSets and ControllerRevisions of the targets have in common; undefined if that is nothing. */
function commonLabels(targets: readonly Target[]): string | undefined {
  const [first, ...others] = targets
    .filter(({ kind }) => !isCustomResourceKind(kind))
    .map(({ podLabels = {} }) => Object.entries(podLabels));
  const common = first?.filter(([name, value]) => others.every((labels) => labels.some(([other, its]) => other === name && its === value)));
  return common === undefined || common.length === 0 ? undefined : common.map((pair) => pair.join('=')).join();
}

/** The labels by which a workload selects its pods, of any revision; a Job selects by its UID, and never changes its template. */
function podLabelsOf({ kind, spec }: KubeObject): Pick<Target, 'podLabels'> {
  const labels = kind === 'Job' ? at(spec, 'template', 'metadata', 'labels') : at(spec, 'selector', 'matchLabels');
  if (!isRecord(labels)) return {};
  return {
    podLabels: Object.fromEntries(Object.entries(labels).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
  };
}

/** Nodes are not of the namespace: a deployer may not read them, and then does without. */
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

/** Those of the applied objects that can be judged, as the judge wants them named. */
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
