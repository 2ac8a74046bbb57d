/** How many nodes a cluster has, and when one is taken away. */
export interface NodeScaling {
  readonly nodes: { readonly min: number; readonly max: number };
  /** Minutes after a node was added in which none is taken away. */
  readonly delayAfterAddMinutes: number;
  /** Minutes that a node must have been unneeded. */
  readonly unneededMinutes: number;
}

/** Guide row K8-18. The guide writes it into the ConfigMap to which the autoscaler reports its own state, where nobody reads it (D-07). */
export const productionNodes: NodeScaling = { nodes: { min: 3, max: 100 }, delayAfterAddMinutes: 10, unneededMinutes: 10 };

/**
 * The flags of the cluster autoscaler: it takes no object of the Kubernetes API.
 * @param group name of the node group at the provider
 * @param zones the group's zones are kept equally large where there are several (guide row K8-24)
 * @throws when the least cannot give each zone a node, or exceeds the most
 */
export function clusterAutoscalerFlags(
  { nodes, delayAfterAddMinutes, unneededMinutes }: NodeScaling,
  group: string,
  zones: number,
): string[] {
  if (nodes.min > nodes.max) throw new Error(`cluster autoscaler: nodes.min (${nodes.min}) exceeds nodes.max (${nodes.max})`);
  if (nodes.min < zones) throw new Error(`cluster autoscaler: nodes.min (${nodes.min}) gives ${zones} zones less than a node each`);
  return [
    `--nodes=${nodes.min}:${nodes.max}:${group}`,
    `--scale-down-delay-after-add=${delayAfterAddMinutes}m`,
    `--scale-down-unneeded-time=${unneededMinutes}m`,
    ...(zones > 1 ? ['--balance-similar-node-groups'] : []),
  ];
}
