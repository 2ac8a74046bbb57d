import { digestOf } from '../../values/digest.ts';
import { at, isRecord, numberAt } from '../../values/json.ts';
import { essence, isKubeObject, type KubeObject } from '../objects.ts';
import type { ApiRequest, ApiResponse, Transport } from '../transport.ts';

/** The little of an API server that the release tool's own logic needs in tests; the real one is used in tests/e2e. */
export interface FakeApi {
  readonly transport: Transport;
  /** By path. */
  readonly objects: Map<string, KubeObject>;
  /** Every call that changed something: method and path. */
  readonly writes: string[];
  /** Paths whose apply without force answers a field conflict. */
  readonly conflicts: Map<string, { readonly field: string; readonly manager: string }>;
  /** Logs of pods by path, which ends in /log; others may not be read. */
  readonly logs: Map<string, string>;
  /** What the caller may not do: `patch deployments.apps`. */
  readonly denied: Set<string>;
}

const resources = [
  { name: 'namespaces', kind: 'Namespace', root: '/api/v1' },
  { name: 'configmaps', kind: 'ConfigMap', root: '/api/v1' },
  { name: 'secrets', kind: 'Secret', root: '/api/v1' },
  { name: 'services', kind: 'Service', root: '/api/v1' },
  { name: 'pods', kind: 'Pod', root: '/api/v1' },
  { name: 'nodes', kind: 'Node', root: '/api/v1' },
  { name: 'events', kind: 'Event', root: '/api/v1' },
  { name: 'deployments', kind: 'Deployment', root: '/apis/apps/v1' },
  { name: 'replicasets', kind: 'ReplicaSet', root: '/apis/apps/v1' },
  { name: 'statefulsets', kind: 'StatefulSet', root: '/apis/apps/v1' },
  { name: 'controllerrevisions', kind: 'ControllerRevision', root: '/apis/apps/v1' },
  { name: 'horizontalpodautoscalers', kind: 'HorizontalPodAutoscaler', root: '/apis/autoscaling/v2' },
  { name: 'httproutes', kind: 'HTTPRoute', root: '/apis/gateway.networking.k8s.io/v1' },
  { name: 'gateways', kind: 'Gateway', root: '/apis/gateway.networking.k8s.io/v1' },
  { name: 'jobs', kind: 'Job', root: '/apis/batch/v1' },
  { name: 'cronjobs', kind: 'CronJob', root: '/apis/batch/v1' },
  { name: 'networkpolicies', kind: 'NetworkPolicy', root: '/apis/networking.k8s.io/v1' },
  { name: 'persistentvolumeclaims', kind: 'PersistentVolumeClaim', root: '/api/v1' },
  { name: 'poddisruptionbudgets', kind: 'PodDisruptionBudget', root: '/apis/policy/v1' },
  { name: 'clusters', kind: 'Cluster', root: '/apis/postgresql.cnpg.io/v1' },
  { name: 'objectstores', kind: 'ObjectStore', root: '/apis/barmancloud.cnpg.io/v1' },
  { name: 'leases', kind: 'Lease', root: '/apis/coordination.k8s.io/v1' },
  { name: 'endpointslices', kind: 'EndpointSlice', root: '/apis/discovery.k8s.io/v1' },
  { name: 'externalsecrets', kind: 'ExternalSecret', root: '/apis/external-secrets.io/v1' },
  { name: 'certificates', kind: 'Certificate', root: '/apis/cert-manager.io/v1' },
];

/** `controller` plays the cluster's controllers: it gets each object that is written and gives it its status. */
export function createFakeApi(controller: (object: KubeObject) => KubeObject = (object) => object): FakeApi {
  const objects = new WatchedObjects();
  const conflicts: FakeApi['conflicts'] = new Map();
  const writes: string[] = [];
  const denied: FakeApi['denied'] = new Set();
  const logs: FakeApi['logs'] = new Map();
  let version = 0;

  const store = (path: string, body: KubeObject, dryRun: boolean): KubeObject => {
    const old = objects.get(path);
    const replicas = numberAt(body, 'spec', 'replicas') ?? numberAt(old, 'spec', 'replicas');
    const spec = isRecord(body.spec) && replicas !== undefined ? { spec: { ...body.spec, replicas } } : {};
    const changed = old === undefined || digestOf(essence({ ...old, spec: old.spec })) !== digestOf(essence({ ...body, ...spec }));
    if (!changed && old !== undefined) return old;
    version += 1;
    const generation = (numberAt(old, 'metadata', 'generation') ?? 0) + 1;
    const metadata = { ...body.metadata, uid: old?.metadata.uid ?? `uid-${version}`, resourceVersion: String(version), generation };
    const result = controller({ ...body, ...spec, ...(old?.status === undefined ? {} : { status: old.status }), metadata });
    if (!dryRun) objects.set(path, result);
    return result;
  };

  const write = (call: ApiRequest, path: string, dryRun: boolean): ApiResponse => {
    if (!isKubeObject(call.body)) return failure(400, 'BadRequest', 'no object');
    const old = objects.get(path);
    const conflict = conflicts.get(path);
    if (call.method === 'PATCH' && conflict !== undefined && call.query?.force !== 'true') {
      const cause = { reason: 'FieldManagerConflict', message: `conflict with "${conflict.manager}"`, field: conflict.field };
      return failure(409, 'Conflict', 'Apply failed with 1 conflict', [cause]);
    }
    const expected = call.body.metadata.resourceVersion;
    if (expected !== undefined && expected !== old?.metadata.resourceVersion)
      return failure(409, 'Conflict', 'the object has been modified');
    if (!dryRun) writes.push(`${call.method} ${path}`);
    const { resourceVersion: _, ...metadata } = call.body.metadata;
    return success(store(path, { ...call.body, metadata }, dryRun));
  };

  const transport: Transport = async (call, signal) => {
    if (call.query?.watch === 'true') return objects.watch(call, signal);
    if (call.path.startsWith('/apis/authorization.k8s.io/')) return success({ status: reviewed(call.body, denied) });
    const group = resources.filter(({ root }) => root === call.path);
    if (group.length > 0) return success({ resources: group.map(({ name, kind }) => ({ name, kind, namespaced: kind !== 'Namespace' })) });
    const log = logs.get(call.path);
    if (log !== undefined) return { status: 200, text: log };
    if (call.path.endsWith('/nodes') || call.path.endsWith('/log')) return failure(403, 'Forbidden', 'may not');
    const isCollection = resources.some(({ name }) => call.path.endsWith(`/${name}`));
    if (call.method === 'GET' && isCollection) {
      const items = [...objects].filter(([path, object]) => isSelected(call, path, object));
      const metadata = { resourceVersion: String(objects.changes.length) };
      return success({ metadata, items: items.map(([, { apiVersion: _a, kind: _k, ...item }]) => item) });
    }
    const found = objects.get(call.path);
    if (call.method === 'GET') return found === undefined ? failure(404, 'NotFound', 'not found') : success(found);
    if (call.method === 'DELETE') {
      writes.push(`DELETE ${call.path}`);
      return objects.delete(call.path) ? success({}) : failure(404, 'NotFound', 'not found');
    }
    if (call.contentType === 'application/merge-patch+json') {
      if (found === undefined) return failure(404, 'NotFound', 'not found');
      return write({ ...call, body: merged(found, call.body) }, call.path, false);
    }
    const name = isKubeObject(call.body) ? call.body.metadata.name : '';
    return write(call, call.method === 'POST' ? `${call.path}/${name}` : call.path, call.query?.dryRun === 'All');
  };
  return { transport, objects, writes, conflicts, logs, denied };
}

/** RFC 7396. */
function merged(old: unknown, change: unknown): unknown {
  if (!isRecord(change)) return change;
  const fields = Object.entries(change).map(([name, value]) => [name, value === null ? undefined : merged(at(old, name), value)]);
  return { ...(isRecord(old) ? old : {}), ...Object.fromEntries(fields) };
}

/** Rules that cover everything; where something is denied, no rules, and an answer to each question. */
function reviewed(question: unknown, denied: ReadonlySet<string>) {
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] };
  const { group = '', resource = '', subresource, verb = '' } = Object(at(question, 'spec', 'resourceAttributes'));
  const right = `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}${group === '' ? '' : `.${group}`}`;
  return { resourceRules: denied.size === 0 ? [everything] : [], incomplete: true, allowed: !denied.has(right) };
}

/** Whether an object is of the collection that a call names, and fits its selectors; of field selectors only a name counts. */
function isSelected({ path, query }: ApiRequest, objectPath: string, { metadata }: KubeObject): boolean {
  const labels = query?.labelSelector?.split(',').map((pair) => pair.split('=')) ?? [];
  const name = /^metadata\.name=(.+)$/.exec(query?.fieldSelector ?? '')?.[1];
  return (
    objectPath.startsWith(`${path}/`) &&
    (name === undefined || metadata.name === name) &&
    labels.every(([label = '', value]) => metadata.labels?.[label] === value)
  );
}

interface ObjectChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly path: string;
  readonly object: KubeObject;
}

/** Objects by path, whose changes can be watched. The version of a list is the number of changes before it. */
class WatchedObjects extends Map<string, KubeObject> {
  readonly changes: ObjectChange[] = [];
  readonly #watchers = new Set<(change: ObjectChange) => void>();

  override set(path: string, object: KubeObject): this {
    const type = this.has(path) ? 'MODIFIED' : 'ADDED';
    super.set(path, object);
    this.#note({ type, path, object });
    return this;
  }

  override delete(path: string): boolean {
    const object = this.get(path);
    if (object !== undefined) this.#note({ type: 'DELETED', path, object });
    return super.delete(path);
  }

  /** Never ends by itself. */
  watch(call: ApiRequest, signal: AbortSignal | undefined): Promise<ApiResponse> {
    const watcher = ({ type, path, object }: ObjectChange) => {
      if (isSelected(call, path, object)) call.onLine?.(JSON.stringify({ type, object }));
    };
    const since = call.query?.resourceVersion;
    if (since === undefined) for (const [path, object] of this) watcher({ type: 'ADDED', path, object });
    else this.changes.slice(Number(since)).forEach(watcher);
    this.#watchers.add(watcher);
    return new Promise((_, reject) => {
      signal?.addEventListener('abort', () => {
        this.#watchers.delete(watcher);
        reject(signal.reason);
      });
    });
  }

  #note(change: ObjectChange): void {
    this.changes.push(change);
    for (const watcher of this.#watchers) watcher(change);
  }
}

const success = (body: unknown): ApiResponse => ({ status: 200, text: JSON.stringify(body) });
const failure = (status: number, reason: string, message: string, causes: readonly unknown[] = []): ApiResponse => ({
  status,
  text: JSON.stringify({ kind: 'Status', status: 'Failure', code: status, reason, message, details: { causes } }),
});

/** A Deployment that is rolled out the moment it is written. */
export function rolledOut(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const replicas = numberAt(object, 'spec', 'replicas') ?? 1;
  const status = {
    observedGeneration: numberAt(object, 'metadata', 'generation'),
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  };
  return { ...object, status };
}
