import { metadataKeys } from '../../../contract/product.ts';
import { Failure } from '../../cli/failure.ts';
import { ApiError } from '../../cluster/api-error.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import { type KubeObject, label } from '../../cluster/objects.ts';
import { textAt } from '../../values/json.ts';

/** The product and environment that a namespace belongs to. */
export interface NamespaceOwner {
  readonly product: string;
  readonly environment: string;
}

/** Labels of the namespace, the lock and the release records. */
export const ownerLabels = ({ product, environment }: NamespaceOwner): Readonly<Record<string, string>> => ({
  [metadataKeys.partOf]: product,
  [metadataKeys.environment]: environment,
});

const leaseName = 'leyenda-deploy';
const recordLabel = 'leyenda.dev/record';

/**
 * Checks before other reads that the namespace does not belong to another environment or product, by the labels of the lock, the namespace,
 * the release records and the pods. Objects that this account may not read are skipped.
 * @throws {Failure} `rejected`, naming both owners, or if the namespace is being deleted
 */
export async function assertNamespaceOwner(cluster: Cluster, namespace: string, owner: NamespaceOwner): Promise<void> {
  const get = (apiVersion: string, kind: string, name: string) => readable(cluster.get({ apiVersion, kind, namespace, name }), undefined);
  const list = (kind: string, selector: string) => readable(cluster.list({ apiVersion: 'v1', kind }, namespace, selector), []);
  const live = await get('v1', 'Namespace', namespace);
  if (live?.metadata.deletionTimestamp !== undefined) throw namespaceTerminating(namespace);
  const found = await Promise.all([
    get('coordination.k8s.io/v1', 'Lease', leaseName),
    live,
    list('ConfigMap', `${recordLabel}=release,${metadataKeys.environment},${metadataKeys.environment}!=${owner.environment}`),
    list('Pod', `${metadataKeys.partOf},${metadataKeys.partOf}!=${owner.product}`),
  ]);
  for (const object of found.flat()) {
    const other = object && otherOwner(object, owner);
    if (object !== undefined && other !== undefined)
      throw foreignNamespace(namespace, owner, other, label({ kind: object.kind, name: object.metadata.name }));
  }
}

/** Checked first, because its Roles are already deleted: the error would name missing permissions. */
const namespaceTerminating = (namespace: string): Failure =>
  new Failure(
    'rejected',
    `namespace ${namespace} is being deleted`,
    'wait until it is gone; then a cluster administrator applies the platform chart',
  );

/** The owner that an object's labels name, if it is another one. */
function otherOwner(object: KubeObject, owner: NamespaceOwner): NamespaceOwner | undefined {
  const product = textAt(object.metadata.labels, metadataKeys.partOf) ?? owner.product;
  const environment = textAt(object.metadata.labels, metadataKeys.environment) ?? owner.environment;
  return product === owner.product && environment === owner.environment ? undefined : { product, environment };
}

const nameOf = ({ product, environment }: NamespaceOwner): string => `${product} ${environment}`;
const foreignNamespace = (namespace: string, owner: NamespaceOwner, other: NamespaceOwner, evidence: string): Failure =>
  new Failure(
    'rejected',
    `namespace ${namespace} of this cluster belongs to ${nameOf(other)}, not to ${nameOf(owner)} (${evidence} has its labels)`,
    other.product === owner.product
      ? `set KUBECONFIG to the cluster of ${owner.environment}, or run the command for ${other.environment}`
      : `set KUBECONFIG to the cluster of ${nameOf(owner)}, or give this environment another namespace`,
  );

async function readable<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return otherwise;
    throw error;
  }
}
