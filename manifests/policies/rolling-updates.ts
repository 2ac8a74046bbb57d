import * as z from 'zod';
import { kindAndName, objectsOfKind, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';
import { scaleOf, scalersOf } from './scalers.ts';

const amount = z.union([z.number(), z.string()]);
const strategy = z
  .object({
    type: z.string().default('RollingUpdate'),
    rollingUpdate: z.object({ maxUnavailable: amount.default('25%'), maxSurge: amount.default('25%') }).prefault({}),
  })
  .prefault({});
const isZero = (value: number | string) => Number.parseInt(String(value), 10) === 0;

/** A Deployment with several pods removes none before its replacement is ready. */
export const zeroDowntimeUpdates: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return workloadsIn(objectsOfKind(objects, 'Deployment')).flatMap((owner) => {
    const { max } = scaleOf(owner, scalers);
    if (max <= 1) return [];
    const object = objects.find((each) => kindAndName(each) === owner.name && each.metadata.namespace === owner.metadata.namespace);
    const { type, rollingUpdate } = strategy.parse(Object(object?.spec).strategy);
    if (type !== 'RollingUpdate') return [`${owner.name} is replaced by ${type}, but has up to ${max} pods: use RollingUpdate`];
    return [
      ...(isZero(rollingUpdate.maxUnavailable)
        ? []
        : [
            `${owner.name} has up to ${max} pods and removes ${rollingUpdate.maxUnavailable} before their replacements are ready: maxUnavailable must be 0`,
          ]),
      ...(isZero(rollingUpdate.maxSurge) ? [`${owner.name} can never replace a pod: maxSurge and maxUnavailable are 0`] : []),
    ];
  });
};

/** Pods of one workload are spread over nodes and zones. */
export const topologySpread: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return workloadsIn(objectsOfKind(objects, 'Deployment', 'StatefulSet')).flatMap((owner) => {
    const { max } = scaleOf(owner, scalers);
    return max > 1 && owner.template.spec.topologySpreadConstraints.length === 0
      ? [`${owner.name} has up to ${max} pods, but no topologySpreadConstraints spread them`]
      : [];
  });
};
