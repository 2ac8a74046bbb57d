import { metadataKeys } from '../../contract/product.ts';
import { kindAndName, objectsOfKind, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Cluster-scoped kinds. */
const clusterKinds = new Set([
  'Namespace',
  'PriorityClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterIssuer',
  'StorageClass',
  'GatewayClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

const accessKinds = new Set(['Role', 'RoleBinding']);

/** The namespace of every object is among the objects, except for access to the Prometheus of an operator. */
export const existingNamespaces: Policy = (objects, { monitoring }) => {
  const namespaces = objectsOfKind(objects, 'Namespace').map(({ metadata }) => metadata.name);
  return objects
    .filter(({ kind }) => !clusterKinds.has(kind))
    .filter(({ kind, metadata: { namespace } }) => !(accessKinds.has(kind) && namespace === monitoring.namespace))
    .filter(({ metadata: { namespace } }) => namespace === undefined || !namespaces.includes(namespace))
    .map(
      (object) =>
        `${kindAndName(object)} is in namespace ${object.metadata.namespace ?? '(none)'}, but the environment has ${namespaces.join(', ')}`,
    );
};

/** No two charts define the same object: each release would overwrite it. */
export const uniqueObjects: Policy = (objects) =>
  Object.values(Object.groupBy(objects, (object) => `${object.metadata.namespace ?? '-'} ${kindAndName(object)}`)).flatMap((same = []) =>
    same.length > 1 && same[0]
      ? [`${kindAndName(same[0])} is defined ${same.length} times in namespace ${same[0].metadata.namespace ?? '-'}`]
      : [],
  );

/** Every object has the product's label, and every pod its component's. */
export const requiredLabels: Policy = (objects, { names }) => [
  ...objects
    .filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/name'] !== names.prefix)
    .map((object) => `${kindAndName(object)} has no label app.kubernetes.io/name: ${names.prefix}`),
  ...workloadsIn(objects)
    .filter(({ template: { metadata } }) => !metadata.labels[metadataKeys.component])
    .map(({ name }) => `the pods of ${name} have no label ${metadataKeys.component}, by which NetworkPolicies select them`),
];
