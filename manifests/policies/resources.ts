import { containersIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Every container asks for CPU and memory and is limited in both (guide row K8-08). */
export const resources: Policy = (objects) =>
  containersIn(objects).flatMap(({ path, resources: { requests, limits } }) =>
    (['cpu', 'memory'] as const).flatMap((name) => [
      ...(name in requests ? [] : [`${path} requests no ${name}`]),
      ...(name in limits ? [] : [`${path} has no ${name} limit`]),
    ]),
  );
