import { isRecord } from '../values/json.ts';

/** A Kubernetes object as plain JSON. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}
interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Identity of an object in a cluster. */
export interface Ref {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export function isKubeObject(value: unknown): value is KubeObject {
  return (
    isRecord(value) &&
    typeof value.apiVersion === 'string' &&
    typeof value.kind === 'string' &&
    isRecord(value.metadata) &&
    typeof value.metadata.name === 'string'
  );
}

export function refOf(object: KubeObject): Ref {
  return { apiVersion: object.apiVersion, kind: object.kind, name: object.metadata.name, namespace: object.metadata.namespace ?? '' };
}
export const refKey = (ref: Ref): string => `${ref.apiVersion}/${ref.kind}/${ref.namespace}/${ref.name}`;
/** As kubectl prints it: `Deployment/instagram-captions-api`. */
export const label = (ref: { readonly kind: string; readonly name: string }): string => `${ref.kind}/${ref.name}`;

const serverFields = ['managedFields', 'resourceVersion', 'generation', 'uid', 'creationTimestamp', 'selfLink'];
const controllerAnnotations = ['deployment.kubernetes.io/revision'];

/** The declared part of an object: without status and without the fields that the API server and its controllers add. */
export function essence(object: KubeObject): Readonly<Record<string, unknown>> {
  const { status: _status, metadata, ...rest } = object;
  const annotations = without(metadata.annotations ?? {}, controllerAnnotations);
  return {
    ...rest,
    metadata: { ...without(metadata, [...serverFields, 'annotations']), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
  };
}

const without = (record: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !fields.includes(name)));
