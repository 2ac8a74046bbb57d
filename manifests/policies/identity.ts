import { metadataKeys } from '../../contract/product.ts';
import { kindAndName, objectsOfKind, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Kinds that belong to no namespace. */
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

/** An object stands in a namespace that is among the objects. */
export const declaredNamespaces: Policy = (objects) => {
  const namespaces = objectsOfKind(objects, 'Namespace').map(({ metadata }) => metadata.name);
  return objects
    .filter(({ kind }) => !clusterKinds.has(kind))
    .filter(({ metadata: { namespace } }) => namespace === undefined || !namespaces.includes(namespace))
    .map(
      (object) =>
        `${kindAndName(object)} stands in ${object.metadata.namespace ?? 'whatever namespace is current'}, but the namespaces here are ${namespaces.join(', ')}`,
    );
};

/** What two charts both make, one of them would take from the other. */
export const noDuplicates: Policy = (objects) =>
  Object.values(Object.groupBy(objects, (object) => `${object.metadata.namespace ?? '-'} ${kindAndName(object)}`)).flatMap((same = []) =>
    same.length > 1 && same[0]
      ? [`${kindAndName(same[0])} is described ${same.length} times in namespace ${same[0].metadata.namespace ?? '-'}`]
      : [],
  );

/** Everything says which product it belongs to, and pods say which component they are. */
export const labelled: Policy = (objects, { names }) => [
  ...objects
    .filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/name'] !== names.prefix)
    .map((object) => `${kindAndName(object)} lacks the label app.kubernetes.io/name: ${names.prefix}`),
  ...workloadsIn(objects)
    .filter(({ template: { metadata } }) => !metadata.labels[metadataKeys.component])
    .map(({ name }) => `the pods of ${name} lack the label ${metadataKeys.component}, by which connections are opened`),
];
