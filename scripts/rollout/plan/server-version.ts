import { minKubernetes } from '../../../contract/kubernetes.ts';
import { Failure } from '../../cli/failure.ts';
import type { Cluster } from '../../cluster/cluster.ts';

/** @throws {Failure} `rejected` if the API server is older than the manifests support; one that hides its version is accepted */
export async function assertServerVersion(cluster: Pick<Cluster, 'version'>): Promise<void> {
  const version = await cluster.version();
  if (version === undefined || !isOlder(version, minKubernetes)) return;
  throw new Failure(
    'rejected',
    `the API server is Kubernetes ${version}, but ${minKubernetes} or later is required`,
    'update the cluster: see docs/clusters.md',
  );
}

/** Compares MAJOR.MINOR. */
function isOlder(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
