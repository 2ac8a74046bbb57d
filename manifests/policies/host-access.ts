import { containersIn, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** No pod shares its node's network, process namespace or ports. Host paths are checked by `podSecurity`. */
export const noHostAccess: Policy = (objects) => [
  ...workloadsIn(objects).flatMap(({ name, template: { spec } }) =>
    (['hostNetwork', 'hostPID', 'hostIPC'] as const)
      .filter((field) => spec[field])
      .map((field) => `${name} sets ${field}: pods must not share it with their node`),
  ),
  ...containersIn(objects).flatMap(({ path, ports }) =>
    ports.flatMap(({ containerPort, hostPort }) =>
      hostPort === undefined
        ? []
        : [`${path} binds port ${hostPort} of its node (hostPort) for ${containerPort}: only one such pod fits on a node`],
    ),
  ),
];
