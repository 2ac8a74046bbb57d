import * as z from 'zod';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { kindAndName, objectsOfKind, runsContinuously, workloadsIn } from '../kubernetes/workloads.ts';
import { type LabelSelector, labelSelector, selectorMatches } from '../network/label-selector.ts';
import type { Policy } from './policy.ts';
import { scaleOf, scalersOf } from './scalers.ts';

/** A scaled workload has one autoscaler and sets no replicas itself. */
export const autoscalers: Policy = (objects) => {
  const all = workloadsIn(objects);
  const scalers = scalersOf(objects);
  const same = Object.values(Object.groupBy(scalers, ({ namespace, target }) => `${namespace} ${target}`));
  return [
    ...scalers.flatMap(({ name, target, namespace }) => {
      const scaled = all.find((each) => each.name === target && each.metadata.namespace === namespace);
      if (!scaled) return [`${name} scales ${target}, which does not exist`];
      return scaled.replicas === undefined
        ? []
        : [`${scaled.name} sets replicas: ${scaled.replicas}, but ${name} owns them: remove replicas`];
    }),
    ...same.flatMap((owners = []) =>
      owners.length > 1 ? [`${owners.map(({ name }) => name).join(' and ')} both scale ${owners[0]?.target}: remove one of them`] : [],
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

/** Whether a budget selects the pods that CloudNativePG creates for a Pooler. */
const selectsPooler = (
  objects: readonly KubernetesObject[],
  { namespace, selector }: { readonly namespace: string | undefined; readonly selector: LabelSelector },
) =>
  objectsOfKind(objects, 'Pooler').some(
    ({ metadata }) => metadata.namespace === namespace && metadata.name === selector.matchLabels['cnpg.io/poolerName'],
  );

/** Each workload with several pods has one PodDisruptionBudget, which always allows one eviction. */
export const disruptionBudgets: Policy = (objects) => {
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
    ...parsed
      .filter((each) => !all.some((owner) => budgetsOf(owner).includes(each)) && !selectsPooler(objects, each))
      .map(({ name }) => `${name} selects no workload`),
    ...all.flatMap((owner) => {
      const { min } = scaleOf(owner, scalers);
      const own = budgetsOf(owner);
      // With two budgets for one pod, the API server rejects every eviction.
      if (own.length > 1) return [`${own.map(({ name }) => name).join(' and ')} both select the pods of ${owner.name}: remove one of them`];
      if (own.length === 0)
        return min > 1 ? [`${owner.name} has at least ${min} replicas, but no PodDisruptionBudget selects its pods`] : [];
      return own
        .filter(({ minAvailable, maxUnavailable }) => maxUnavailable === 0 || (minAvailable !== undefined && minAvailable >= min))
        .map(
          ({ name, minAvailable = '-', maxUnavailable = '-' }) =>
            `${name} allows no eviction: minAvailable ${minAvailable}, maxUnavailable ${maxUnavailable}, ${owner.name} has at least ${min} replicas`,
        );
    }),
  ];
};
