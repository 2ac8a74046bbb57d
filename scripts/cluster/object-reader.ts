import { at, isRecord, listAt, parseJson, textAt } from '../values/json.ts';
import type { ApiClient, Connection } from './api-client.ts';
import { ApiError, apiErrorOf, isStatus, notAnApiServer } from './api-error.ts';
import type { Cluster, Selection, Snapshot, WatchEvent } from './cluster.ts';
import { isKubeObject, type KubeObject, type Ref } from './objects.ts';
import type { ApiRequest } from './transport.ts';

/** Reads objects: one, a list, or a watch. */
export function objectReader(connection: Connection, client: ApiClient): Pick<Cluster, 'get' | 'list' | 'snapshot' | 'watch'> {
  const get = async (ref: Ref): Promise<KubeObject | undefined> => {
    try {
      return await client.sendObject({ method: 'GET', path: await client.objectPath(ref) });
    } catch (error) {
      if (isStatus(error, 404) && error.reason === 'NotFound') return undefined;
      throw error;
    }
  };
  const snapshot = async ({ apiVersion, kind, namespace, name, labelSelector, fieldSelector }: Selection): Promise<Snapshot> => {
    if (name !== undefined) {
      const object = await get({ apiVersion, kind, namespace, name });
      return { objects: object === undefined ? [] : [object], resourceVersion: undefined };
    }
    const path = await client.collectionPath({ apiVersion, kind }, namespace);
    const body = await client.send({ method: 'GET', path, query: { labelSelector, fieldSelector } });
    // Items of a list have no kind and version of their own.
    const objects = listAt(body, 'items')
      .map((item): unknown => (isRecord(item) ? { ...item, apiVersion, kind } : item))
      .filter(isKubeObject);
    return { objects, resourceVersion: textAt(body, 'metadata', 'resourceVersion') };
  };
  return {
    get,
    snapshot,
    async list({ apiVersion, kind }, namespace, labelSelector, fieldSelector) {
      return [...(await snapshot({ apiVersion, kind, namespace, labelSelector, fieldSelector })).objects];
    },
    async watch({ apiVersion, kind, namespace, name, labelSelector, fieldSelector }, resourceVersion, onEvent, signal) {
      const selector = name === undefined ? fieldSelector : `metadata.name=${name}`;
      const request: ApiRequest = {
        method: 'GET',
        path: await client.collectionPath({ apiVersion, kind }, namespace),
        query: { watch: 'true', allowWatchBookmarks: 'true', resourceVersion, labelSelector, fieldSelector: selector },
        onLine: (line) => onEvent(parseWatchEvent(line)),
      };
      connection.requests += 1;
      const response = await connection.transport(request, signal);
      if (response.status >= 400) throw apiErrorOf(request, response);
    },
  };
}

/** @throws {ApiError} for an error that the API server sends in the stream */
function parseWatchEvent(line: string): WatchEvent {
  const event = parseJson(line);
  const type = textAt(event, 'type');
  const object = at(event, 'object');
  if (type === 'BOOKMARK') return { type, object };
  if ((type === 'ADDED' || type === 'MODIFIED' || type === 'DELETED') && isKubeObject(object)) return { type, object };
  throw new ApiError(500, type === 'ERROR' ? object : { reason: notAnApiServer, message: `not a watch event: ${line.slice(0, 40)}` });
}
