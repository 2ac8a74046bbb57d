import { at, textAt } from '../values/json.ts';
import { type ApiClient, apiClient, type Connection, requestTimeoutMs } from './api-client.ts';
import { isStatus } from './api-error.ts';
import { type Clock, type Deadline, systemClock, withTimeout } from './clock.ts';
import { type Cluster, fieldManager } from './cluster.ts';
import { objectReader } from './object-reader.ts';
import { refOf } from './objects.ts';
import type { Transport } from './transport.ts';

const reviewKinds = { selfsubjectaccessreviews: 'SelfSubjectAccessReview', selfsubjectrulesreviews: 'SelfSubjectRulesReview' };

const mergePatch = 'application/merge-patch+json';
/** Field manager of patches: the one of applies would own their fields, and remove them with the next apply. */
const patchManager = 'leyenda-patch';

/** Bytes kept of the end of a log, and of the new lines of a followed log. */
const tailBytes = 64 * 1024;
const followedBytes = 4 * 1024 * 1024;
/** Text that the kubelet returns if a container has no log. */
const noLog = /^(?:unable to retrieve container logs for|failed to (?:try resolving symlinks|open log file|get log)|rpc error: )/;

export function createCluster(transport: Transport, forward: Cluster['forward'], clock: Clock = systemClock): Cluster {
  return clusterView({ transport, forward, clock, kinds: new Map(), skewMs: 0, hasResponded: false, requests: 0 }, undefined);
}

function clusterView(connection: Connection, deadline: Deadline | undefined): Cluster {
  const { clock } = connection;
  const client = apiClient(connection, deadline);
  return {
    ...objectReader(connection, client),
    ...objectWriter(client),
    async logs(pod, container, options) {
      const path = `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log`;
      const isTail = 'tailLines' in options;
      const query = isTail
        ? { container, previous: options.previous ? 'true' : undefined, tailLines: String(options.tailLines) }
        : { container, sinceTime: options.sinceTime, timestamps: 'true' };
      const { text } = await client.request({ method: 'GET', path, query, tailBytes: isTail ? tailBytes : followedBytes });
      return noLog.test(text) ? '' : text;
    },
    async review(resource, spec) {
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: reviewKinds[resource], spec };
      return at(await client.send({ method: 'POST', path: `/apis/authorization.k8s.io/v1/${resource}`, body }), 'status');
    },
    async version() {
      try {
        const info = await client.send({ method: 'GET', path: '/version' });
        // Managed clusters append a sign: 1.30+.
        const [major, minor] = [textAt(info, 'major'), textAt(info, 'minor')].map((part) => /^\d+/.exec(part ?? '')?.[0]);
        return major === undefined || minor === undefined ? undefined : `${major}.${minor}`;
      } catch (error) {
        if (isStatus(error, 403) || isStatus(error, 404)) return undefined;
        throw error;
      }
    },
    async forward(pod, port) {
      connection.requests += 1;
      const opening = connection.forward(pod, port);
      try {
        return await withTimeout(clock, Math.min(requestTimeoutMs, deadline?.msLeft ?? requestTimeoutMs), () => opening);
      } catch (error) {
        opening.then((late) => late.destroy()).catch(() => {});
        throw error;
      }
    },
    now: () => new Date(clock.now().getTime() + connection.skewMs),
    clock,
    requestCount: () => connection.requests,
    withDeadline: (end) => clusterView(connection, end),
  };
}

const objectWriter = (client: ApiClient): Pick<Cluster, 'apply' | 'create' | 'patch' | 'replace' | 'remove'> => ({
  async apply(object, { dryRun = false, resourceVersion, force = false } = {}) {
    const body = resourceVersion === undefined ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };
    return client.sendObject({
      method: 'PATCH',
      path: await client.objectPath(refOf(object)),
      // Strict: a field that the API does not know is an error instead of being dropped silently.
      query: { fieldManager, fieldValidation: 'Strict', force: String(force), dryRun: dryRun ? 'All' : undefined },
      body,
      contentType: 'application/apply-patch+yaml',
    });
  },
  async create(object) {
    const path = await client.collectionPath(object, object.metadata.namespace ?? '');
    return client.sendObject({ method: 'POST', path, query: { fieldManager }, body: object });
  },
  async patch(ref, change) {
    const query = { fieldManager: patchManager };
    return client.sendObject({ method: 'PATCH', path: await client.objectPath(ref), query, body: change, contentType: mergePatch });
  },
  async replace(object) {
    return client.sendObject({ method: 'PUT', path: await client.objectPath(refOf(object)), query: { fieldManager }, body: object });
  },
  async remove(ref, uid) {
    try {
      const body = { preconditions: { uid }, propagationPolicy: 'Background' };
      await client.send({ method: 'DELETE', path: await client.objectPath(ref), body });
    } catch (error) {
      if (!isStatus(error, 404) && !isStatus(error, 409)) throw error;
    }
  },
});
