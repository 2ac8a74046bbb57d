import * as z from 'zod';
import { quantityValue } from '../constructs/quantity.ts';
import { kindAndName, objectsOfKind, type ParsedWorkload, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';
import { type Scaler, scaleOf, scalersOf } from './scalers.ts';

const quota = z.object({ hard: z.record(z.string(), z.union([z.string(), z.number()])) });

/** What is counted, and how much of it one pod takes. */
const counted: Readonly<Record<string, (owner: ParsedWorkload) => number>> = {
  pods: () => 1,
  'requests.cpu': (owner) => sum(owner, ({ resources }) => resources.requests.cpu),
  'requests.memory': (owner) => sum(owner, ({ resources }) => resources.requests.memory),
  'limits.cpu': (owner) => sum(owner, ({ resources }) => resources.limits.cpu),
  'limits.memory': (owner) => sum(owner, ({ resources }) => resources.limits.memory),
};
const sum = ({ template }: ParsedWorkload, amount: (container: ParsedWorkload['template']['spec']['containers'][number]) => unknown) =>
  template.spec.containers.reduce((total, container) => total + quantityValue(String(amount(container) ?? '0')), 0);

/** A quota has room for every workload at its largest scale, and one pod more of each while it rolls. */
export const quotaHasRoom: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return objectsOfKind(objects, 'ResourceQuota').flatMap((object) => {
    const owners = workloadsIn(objects).filter(({ metadata }) => metadata.namespace === object.metadata.namespace);
    return Object.entries(quota.parse(object.spec).hard).flatMap(([name, most]) => {
      const each = counted[name];
      if (!each) return [];
      const needed = owners.reduce((total, owner) => total + pods(owner, scalers) * each(owner), 0);
      return needed <= quantityValue(String(most))
        ? []
        : [
            `${kindAndName(object)} allows ${name} ${most}, but the workloads of ${object.metadata.namespace} need ${Math.ceil(needed)} at their largest scale`,
          ];
    });
  });
};

const pods = (owner: ParsedWorkload, scalers: readonly Scaler[]) => scaleOf(owner, scalers).max + (owner.kind === 'Deployment' ? 1 : 0);
