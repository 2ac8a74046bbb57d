import { containers, type Policy } from './policy.ts';

/** What serves tells when it is ready and when it is stuck. */
export const probed: Policy = (objects) =>
  containers(objects)
    .filter(({ owner }) => owner.kind !== 'Job' && owner.kind !== 'CronJob')
    .flatMap((container) =>
      (['livenessProbe', 'readinessProbe'] as const)
        .filter((probe) => container[probe] === undefined)
        .map((probe) => `${container.path} has no ${probe}`),
    );
