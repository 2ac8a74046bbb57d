import { containersIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Every container has requests and limits for CPU, memory and disk of the node. */
export const resourceLimits: Policy = (objects) =>
  containersIn(objects).flatMap(({ path, resources: { requests, limits } }) =>
    (['cpu', 'memory', 'ephemeral-storage'] as const).flatMap((name) => [
      ...(name in requests ? [] : [`${path} requests no ${name}`]),
      ...(name in limits ? [] : [`${path} has no ${name} limit`]),
    ]),
  );
