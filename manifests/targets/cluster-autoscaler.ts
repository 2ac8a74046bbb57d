/** Bounds of a cluster's nodes, and when the autoscaler removes one. */
export interface NodeScaling {
  readonly nodes: { readonly min: number; readonly max: number };
  /** Minutes after a node was added in which none is removed. */
  readonly delayAfterAddMinutes: number;
  /** Minutes that a node must be unneeded before it is removed. */
  readonly unneededMinutes: number;
}

/** The values of guide G0. It writes them into the ConfigMap with the autoscaler's status, which the autoscaler never reads. */
export const productionNodes: NodeScaling = { nodes: { min: 3, max: 100 }, delayAfterAddMinutes: 10, unneededMinutes: 10 };

/**
 * The flags of the cluster autoscaler: it takes no object of the Kubernetes API.
 * @param group name of the node group at the provider
 * @param zones the group's zones are kept equally large where there are several
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
