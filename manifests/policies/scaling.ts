import * as z from 'zod';
import { nameOf, type Policy, selects, workloads } from './policy.ts';

const autoscaler = z.object({
  spec: z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }), minReplicas: z.number().default(1) }),
});
const budget = z.object({
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    minAvailable: z.number().optional(),
    maxUnavailable: z.union([z.number(), z.string()]).optional(),
  }),
});

/** The autoscaler alone says how many replicas; a disruption budget always leaves one eviction possible. */
export const scaling: Policy = (objects) => {
  const all = workloads(objects);
  const scalers = objects
    .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
    .map((object) => ({ name: nameOf(object), ...autoscaler.parse(object).spec }));
  const least = (name: string, replicas: number | undefined) =>
    scalers.find(({ scaleTargetRef: target }) => `${target.kind}/${target.name}` === name)?.minReplicas ?? replicas ?? 1;
  return [
    ...scalers.flatMap(({ name, scaleTargetRef }) => {
      const target = all.find((workload) => workload.name === `${scaleTargetRef.kind}/${scaleTargetRef.name}`);
      if (!target) return [`${name} scales ${scaleTargetRef.kind}/${scaleTargetRef.name}, which is not there`];
      return target.replicas === undefined
        ? []
        : [`${target.name} sets replicas: ${target.replicas}, but ${name} owns them: leave them out`];
    }),
    ...objects
      .filter(({ kind }) => kind === 'PodDisruptionBudget')
      .flatMap((object) => {
        const { selector, minAvailable, maxUnavailable } = budget.parse(object).spec;
        const target = all.find(({ kind, template }) => kind !== 'Job' && selects(selector.matchLabels, template.metadata.labels));
        if (!target) return [`${nameOf(object)} selects no workload`];
        const replicas = least(target.name, target.replicas);
        const blocked = maxUnavailable === 0 || (minAvailable !== undefined && minAvailable >= replicas);
        return blocked
          ? [
              `${nameOf(object)} allows no eviction: minAvailable ${minAvailable ?? '-'}, maxUnavailable ${maxUnavailable ?? '-'}, ${target.name} has ${replicas} replicas at least`,
            ]
          : [];
      }),
  ];
};
