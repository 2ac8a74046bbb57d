import { metadataKeys } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { timings } from '../../contract/timings.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

/** Pods of workload roles sleep in preStop as long as the contract says, and their grace period covers the whole shutdown. */
export const gracePeriod: Policy = (objects) =>
  workloadsIn(objects)
    .filter(({ metadata }) => workloadRoles.some((role) => role === metadata.labels?.[metadataKeys.component]))
    .flatMap(({ name, template: { spec } }) => {
      const needed = timings.preStop + timings.deregistrationDelay + timings.drain + timings.close;
      const given = spec.terminationGracePeriodSeconds;
      return [
        ...(given >= needed
          ? []
          : [`${name} is killed after ${given} s (terminationGracePeriodSeconds), but the contract's shutdown takes up to ${needed} s`]),
        ...spec.containers
          .map(({ name: container, lifecycle }) => ({ container, seconds: lifecycle?.preStop?.sleep?.seconds ?? 0 }))
          .filter(({ seconds }) => seconds < timings.preStop)
          .map(
            ({ container, seconds }) =>
              `${name} container ${container} sleeps ${seconds} s in preStop, but the contract says ${timings.preStop} s`,
          ),
      ];
    });
