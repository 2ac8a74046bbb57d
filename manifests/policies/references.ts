import * as z from 'zod';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containersIn, objectsOfKind, type ParsedWorkload, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Every object that a pod refers to is among the objects, or the environment names it (Secrets are created outside). */
export const existingReferences: Policy = (objects, environment) => {
  const all = [...variableReferences(objects), ...workloadsIn(objects).flatMap(podReferences)];
  const secrets = declaredSecrets(objects, environment);
  const exists = ({ kind, name, namespace }: Reference) =>
    kind === 'Secret'
      ? secrets.has(name)
      : objects.some(
          (object) => object.kind === kind && object.metadata.name === name && (object.metadata.namespace ?? namespace) === namespace,
        );
  return all
    .filter((reference) => !reference.optional && !exists(reference))
    .map(({ path, kind, name, namespace }) =>
      kind === 'Secret'
        ? `${path} reads Secret/${name}, which the environment ${environment.name} does not name and none of its objects creates`
        : `${path} refers to ${kind}/${name}, which does not exist in namespace ${namespace}`,
    );
};

/** The Service of a StatefulSet is headless, as the API requires. */
export const governingServices: Policy = (objects) =>
  workloadsIn(objects).flatMap(({ name: path, metadata: { namespace }, serviceName }) => {
    if (serviceName === undefined) return [];
    const service = objectsOfKind(objects, 'Service').find(
      ({ metadata }) => metadata.name === serviceName && metadata.namespace === namespace,
    );
    if (service && Object(service.spec).clusterIP === 'None') return [];
    return [`${path} names the Service ${serviceName}, which ${service ? 'is not headless' : `does not exist in namespace ${namespace}`}`];
  });

interface Reference {
  /** The referring container or workload. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly optional: boolean;
}

/** References in the variables of containers. */
const variableReferences = (objects: readonly KubernetesObject[]): Reference[] =>
  containersIn(objects).flatMap(({ path, owner, env, envFrom }) =>
    [
      ...env.flatMap(({ valueFrom }) => [
        { kind: 'ConfigMap', to: valueFrom?.configMapKeyRef },
        { kind: 'Secret', to: valueFrom?.secretKeyRef },
      ]),
      ...envFrom.flatMap(({ configMapRef, secretRef }) => [
        { kind: 'ConfigMap', to: configMapRef },
        { kind: 'Secret', to: secretRef },
      ]),
    ].flatMap(({ kind, to }) => (to ? [{ path, kind, ...to, namespace: owner.metadata.namespace }] : [])),
  );

/** References in a pod's volumes, service account and priority class. */
function podReferences({ name: path, metadata: { namespace }, template: { spec } }: ParsedWorkload): Reference[] {
  const to = (kind: string, name: string | undefined, optional = false) =>
    name === undefined ? [] : [{ path, kind, name, namespace, optional }];
  return [
    ...to('ServiceAccount', spec.serviceAccountName),
    ...to('PriorityClass', spec.priorityClassName),
    ...spec.volumes.flatMap(({ configMap, secret, persistentVolumeClaim }) => [
      ...to('ConfigMap', configMap?.name, configMap?.optional),
      ...to('Secret', secret?.secretName, secret?.optional),
      ...to('PersistentVolumeClaim', persistentVolumeClaim?.claimName),
    ]),
  ];
}

const secretTarget = z.object({ secretName: z.string().optional(), target: z.object({ name: z.string().optional() }).optional() });

/** Secrets that the environment names and Secrets that operators create from objects. */
function declaredSecrets(objects: readonly KubernetesObject[], { names }: Environment): ReadonlySet<string> {
  const created = objectsOfKind(objects, 'ExternalSecret', 'Certificate').map((object) => {
    const { secretName, target } = secretTarget.parse(object.spec);
    return secretName ?? target?.name ?? object.metadata.name;
  });
  // CloudNativePG creates the application user's Secret with its cluster.
  const clusterSecrets = objectsOfKind(objects, 'Cluster').map(({ metadata }) => `${metadata.name}-app`);
  return new Set([...clusterSecrets, ...Object.values(names).filter((name) => typeof name === 'string'), ...created]);
}
