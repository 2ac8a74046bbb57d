import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label, type Ref } from '../../cluster/objects.ts';
import { at, isRecord, listAt, textAt } from '../../values/json.ts';
import { type Chart, withoutAdminCharts } from '../plan/deploy-order.ts';
import type { InventoryItem } from '../plan/deploy-plan.ts';

/** A pod behind a Service of the release that no object of the release owns. */
export interface ForeignPod {
  readonly service: string;
  readonly pod: string;
  /** Outermost owner, `Deployment/name`; undefined if there is none. */
  readonly owner: string | undefined;
}

type Labels = Readonly<Record<string, unknown>>;
const matches = (labels: unknown, selector: Labels): boolean =>
  Object.entries(selector).every(([name, value]) => at(labels, name) === value);

/** Selectors of the charts' Services, by name. */
function selectorsOf(charts: readonly Chart[]): Map<string, Labels> {
  const services = withoutAdminCharts(charts)
    .flatMap(({ objects }) => objects)
    .filter(({ kind }) => kind === 'Service');
  const selectors = services.flatMap((service): [string, Labels][] => {
    const selector = at(service, 'spec', 'selector');
    return isRecord(selector) && Object.keys(selector).length > 0 ? [[service.metadata.name, selector]] : [];
  });
  return new Map(selectors);
}

/** The workloads among the items to prune whose pods are behind a Service of the charts: until they are deleted they receive its traffic. */
export async function workloadsBehindServices(
  cluster: Cluster,
  charts: readonly Chart[],
  items: readonly InventoryItem[],
): Promise<InventoryItem[]> {
  const selectors = [...selectorsOf(charts).values()];
  const isSelected = async (item: InventoryItem) => {
    if (!['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'].includes(item.kind)) return false;
    const labels = at(await cluster.get(item), 'spec', 'template', 'metadata', 'labels');
    return selectors.some((selector) => matches(labels, selector));
  };
  const selected = await Promise.all(items.map(isSelected));
  return items.filter((_, position) => selected[position]);
}

/** Pods behind the Services of a release that are not part of it, without terminating pods. */
export async function foreignPods(cluster: Cluster, namespace: string, charts: readonly Chart[]): Promise<ForeignPod[]> {
  const selectors = selectorsOf(charts);
  if (selectors.size === 0) return [];
  const own = new Set(
    withoutAdminCharts(charts)
      .flatMap(({ objects }) => objects)
      .map(({ kind, metadata: { name } }) => label({ kind, name })),
  );
  const pods = (await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, namespace)).filter(isServing);
  const owners = createOwnerLookup(cluster, namespace, await cluster.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, namespace));
  const found = await Promise.all(
    [...selectors].flatMap(([service, selector]) =>
      pods
        .filter(({ metadata: { labels } }) => matches(labels, selector))
        .map(async (pod): Promise<ForeignPod | undefined> => {
          const chain = await owners.chainOf(pod);
          return chain.some((name) => own.has(name)) ? undefined : { service, pod: pod.metadata.name, owner: chain.slice(1).at(-1) };
        }),
    ),
  );
  return found.filter((pod) => pod !== undefined);
}

const isServing = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(textAt(pod, 'status', 'phase') ?? '');

/** Reads owners, each once. The deployer may list ReplicaSets but not get them. */
function createOwnerLookup(cluster: Cluster, namespace: string, replicaSets: readonly KubeObject[]) {
  const known = new Map<string, Promise<KubeObject | undefined>>(
    replicaSets.map((set) => [label({ kind: set.kind, name: set.metadata.name }), Promise.resolve(set)]),
  );
  const read = (ref: Ref): Promise<KubeObject | undefined> => {
    const found = known.get(label(ref)) ?? cluster.get(ref).catch(unreadable);
    known.set(label(ref), found);
    return found;
  };
  /** The object and its owners, outermost last. */
  async function chainOf(object: KubeObject): Promise<string[]> {
    const chain = [label({ kind: object.kind, name: object.metadata.name })];
    for (let current: KubeObject | undefined = object; current !== undefined; ) {
      const owner = listAt(current, 'metadata', 'ownerReferences').find((one) => at(one, 'controller') === true);
      const [apiVersion, kind, name] = ['apiVersion', 'kind', 'name'].map((field) => textAt(owner, field));
      if (apiVersion === undefined || kind === undefined || name === undefined || chain.includes(label({ kind, name }))) break;
      chain.push(label({ kind, name }));
      current = await read({ apiVersion, kind, name, namespace });
    }
    return chain;
  }
  return { chainOf };
}

/** Ends the chain at an owner that may not be read or whose kind is unknown. */
function unreadable(error: unknown): undefined {
  if (error instanceof ApiError && [403, 404].includes(error.status)) return undefined;
  throw error;
}

/** `Service/api routes to Pod/x of Deployment/y, which is not part of the release`. */
export const foreignPodText = ({ service, pod, owner }: ForeignPod): string =>
  `Service/${service} routes to Pod/${pod}${owner === undefined ? '' : ` of ${owner}`}, which is not part of the release`;
