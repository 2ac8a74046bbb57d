import { containersIn, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** No pod shares its node's network, processes or ports; whose files it may read is said by `restricted`. */
export const noHostAccess: Policy = (objects) => [
  ...workloadsIn(objects).flatMap(({ name, template: { spec } }) =>
    (['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => spec[field])
      .map((field) => `${name} sets ${field}: it would share it with its node`),
  ),
  ...containersIn(objects).flatMap(({ path, ports }) =>
    ports.flatMap(({ containerPort, hostPort }) =>
      hostPort === undefined
        ? []
        : [`${path} takes port ${hostPort} of its node (hostPort) for ${containerPort}: only one such pod fits a node`],
    ),
  ),
];
