import * as z from 'zod';
import type { Environment } from '../environments/environment.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { containersIn, objectsOfKind, type ParsedWorkload, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Whatever a pod refers to is among the objects, or the environment says that somebody makes it. */
export const existingReferences: Policy = (objects, environment) => {
  const all = [...podReferences(objects), ...workloadsIn(objects).flatMap(specReferences)];
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
        ? `${path} reads Secret/${name}, which the environment ${environment.name} does not name and no object of it makes`
        : `${path} refers to ${kind}/${name}, which is not there in namespace ${namespace}`,
    );
};

interface Reference {
  /** Who refers. */
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly optional: boolean;
}

/** What containers are told. */
const podReferences = (objects: readonly KubernetesObject[]): Reference[] =>
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

/** What a pod mounts and as whom it runs. */
function specReferences({ name: path, metadata: { namespace }, template: { spec } }: ParsedWorkload): Reference[] {
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

const made = z.object({ secretName: z.string().optional(), target: z.object({ name: z.string().optional() }).optional() });

/** Secrets that the environment has a name for, and those that an operator makes from an object. */
function declaredSecrets(objects: readonly KubernetesObject[], { names }: Environment): ReadonlySet<string> {
  const makers = objectsOfKind(objects, 'ExternalSecret', 'SealedSecret', 'Certificate').map((object) => {
    const { secretName, target } = made.parse(object.spec);
    return secretName ?? target?.name ?? object.metadata.name;
  });
  // CloudNativePG makes the application's user with its cluster.
  const ofClusters = objectsOfKind(objects, 'Cluster').map(({ metadata }) => `${metadata.name}-app`);
  return new Set([...ofClusters, ...Object.values(names).filter((name) => typeof name === 'string'), ...makers]);
}
