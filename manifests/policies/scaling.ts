import * as z from 'zod';
import { kindAndName, objectsOfKind, runsContinuously, workloadsIn } from '../kubernetes/workloads.ts';
import { labelSelector, selectorMatches } from '../network/label-selector.ts';
import type { Policy } from './policy.ts';
import { scaleOf, scalersOf } from './scalers.ts';

/** The autoscaler alone says how many replicas there are, and there is one autoscaler. */
export const scaling: Policy = (objects) => {
  const all = workloadsIn(objects);
  const scalers = scalersOf(objects);
  const same = Object.values(Object.groupBy(scalers, ({ namespace, target }) => `${namespace} ${target}`));
  return [
    ...scalers.flatMap(({ name, target, namespace }) => {
      const scaled = all.find((each) => each.name === target && each.metadata.namespace === namespace);
      if (!scaled) return [`${name} scales ${target}, which is not there`];
      return scaled.replicas === undefined
        ? []
        : [`${scaled.name} sets replicas: ${scaled.replicas}, but ${name} owns them: leave them out`];
    }),
    ...same.flatMap((owners = []) =>
      owners.length > 1 ? [`${owners.map(({ name }) => name).join(' and ')} both scale ${owners[0]?.target}: leave one of them out`] : [],
    ),
  ];
};

const budget = z.object({
  spec: z.object({
    selector: labelSelector,
    minAvailable: z.number().optional(),
    maxUnavailable: z.union([z.number(), z.string()]).optional(),
  }),
});

/** Each workload of more than one pod has one disruption budget, which always leaves one eviction possible. */
export const budgets: Policy = (objects) => {
  const all = workloadsIn(objects).filter(runsContinuously);
  const scalers = scalersOf(objects);
  const parsed = objectsOfKind(objects, 'PodDisruptionBudget').map((object) => ({
    name: kindAndName(object),
    namespace: object.metadata.namespace,
    ...budget.parse(object).spec,
  }));
  const budgetsOf = ({ metadata, template }: (typeof all)[number]) =>
    parsed.filter(({ namespace, selector }) => namespace === metadata.namespace && selectorMatches(selector, template.metadata.labels));
  return [
    ...parsed.filter((each) => !all.some((owner) => budgetsOf(owner).includes(each))).map(({ name }) => `${name} selects no workload`),
    ...all.flatMap((owner) => {
      const { min } = scaleOf(owner, scalers);
      const own = budgetsOf(owner);
      // Of two budgets the API server follows neither: every eviction fails.
      if (own.length > 1)
        return [`${own.map(({ name }) => name).join(' and ')} both select the pods of ${owner.name}: leave one of them out`];
      if (own.length === 0)
        return min > 1 ? [`${owner.name} has ${min} replicas at least, but no PodDisruptionBudget selects its pods`] : [];
      return own
        .filter(({ minAvailable, maxUnavailable }) => maxUnavailable === 0 || (minAvailable !== undefined && minAvailable >= min))
        .map(
          ({ name, minAvailable = '-', maxUnavailable = '-' }) =>
            `${name} allows no eviction: minAvailable ${minAvailable}, maxUnavailable ${maxUnavailable}, ${owner.name} has ${min} replicas at least`,
        );
    }),
  ];
};
