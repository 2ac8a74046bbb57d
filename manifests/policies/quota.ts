import * as z from 'zod';
import { quantityValue } from '../constructs/quantity.ts';
import { kindAndName, objectsOfKind, type ParsedWorkload, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';
import { type Scaler, scaleOf, scalersOf } from './scalers.ts';

const quota = z.object({ hard: z.record(z.string(), z.union([z.string(), z.number()])) });

/** Amount of each quota resource that one pod uses. */
const counted: Readonly<Record<string, (owner: ParsedWorkload) => number>> = {
  pods: () => 1,
  'requests.cpu': (owner) => sum(owner, ({ resources }) => resources.requests.cpu),
  'requests.memory': (owner) => sum(owner, ({ resources }) => resources.requests.memory),
  'limits.cpu': (owner) => sum(owner, ({ resources }) => resources.limits.cpu),
  'limits.memory': (owner) => sum(owner, ({ resources }) => resources.limits.memory),
};
const sum = ({ template }: ParsedWorkload, amount: (container: ParsedWorkload['template']['spec']['containers'][number]) => unknown) =>
  template.spec.containers.reduce((total, container) => total + quantityValue(String(amount(container) ?? '0')), 0);

/** A ResourceQuota fits every workload at its maximum scale, plus one pod of each Deployment during a rolling update. */
export const quotaFits: Policy = (objects) => {
  const scalers = scalersOf(objects);
  return objectsOfKind(objects, 'ResourceQuota').flatMap((object) => {
    const owners = workloadsIn(objects).filter(({ metadata }) => metadata.namespace === object.metadata.namespace);
    return Object.entries(quota.parse(object.spec).hard).flatMap(([name, max]) => {
      const each = counted[name];
      if (!each) return [];
      const needed = owners.reduce((total, owner) => total + pods(owner, scalers) * each(owner), 0);
      return needed <= quantityValue(String(max))
        ? []
        : [
            `${kindAndName(object)} allows ${name} ${max}, but the workloads of ${object.metadata.namespace} need ${Math.ceil(needed)} at maximum scale`,
          ];
    });
  });
};

const pods = (owner: ParsedWorkload, scalers: readonly Scaler[]) => scaleOf(owner, scalers).max + (owner.kind === 'Deployment' ? 1 : 0);
