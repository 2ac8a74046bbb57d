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
const isNone = (value: number | string) => Number.parseInt(String(value), 10) === 0;

/** Where there is more than one pod, none goes before its successor is ready (guide row K8-22). */
export const rollsWithoutLoss: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return workloadsIn(objectsOfKind(objects, 'Deployment')).flatMap((owner) => {
    const { max } = scaleOf(owner, scalers);
    if (max <= 1) return [];
    const object = objects.find((each) => kindAndName(each) === owner.name && each.metadata.namespace === owner.metadata.namespace);
    const { type, rollingUpdate } = strategy.parse(Object(object?.spec).strategy);
    if (type !== 'RollingUpdate') return [`${owner.name} is replaced by ${type}, but has up to ${max} pods: use RollingUpdate`];
    return [
      ...(isNone(rollingUpdate.maxUnavailable)
        ? []
        : [
            `${owner.name} has up to ${max} pods and takes ${rollingUpdate.maxUnavailable} away before their successors are ready: maxUnavailable must be 0`,
          ]),
      ...(isNone(rollingUpdate.maxSurge) ? [`${owner.name} may start no pod before one goes (maxSurge 0) and take none away first`] : []),
    ];
  });
};

/** Pods of one workload do not all stand on one node or in one zone (guide row K8-24). */
export const spreadOut: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return workloadsIn(objectsOfKind(objects, 'Deployment', 'StatefulSet')).flatMap((owner) => {
    const { max } = scaleOf(owner, scalers);
    return max > 1 && owner.template.spec.topologySpreadConstraints.length === 0
      ? [`${owner.name} has up to ${max} pods, but no topologySpreadConstraints keep them apart`]
      : [];
  });
};
