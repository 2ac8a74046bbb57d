import type { Cluster as Server } from '@kubernetes/client-node';
import type { Cluster } from '../cluster/cluster.ts';
import { createCluster } from '../cluster/create-cluster.ts';
import { openPortForward } from '../cluster/port-forward.ts';
import { createTransport } from '../cluster/transport.ts';
import { loadKubeConfig } from '../kubeconfig/load.ts';

/**
 * Connects with the current context of KUBECONFIG, or the service account of a pod.
 * @throws {Failure} `usage` if no cluster is configured, or if no call could succeed with that configuration
 */
export function connect(): { readonly cluster: Cluster; readonly server: Server | null } {
  const config = loadKubeConfig();
  const cluster = createCluster(createTransport(config), (pod, port) => openPortForward(config, pod, port));
  return { cluster, server: config.getCurrentCluster() };
}
