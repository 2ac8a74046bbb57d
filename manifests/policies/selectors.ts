import * as z from 'zod';
import { nameOf, type Policy, selects, stays, workloads } from './policy.ts';

const service = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ port: z.number(), targetPort: z.union([z.string(), z.number()]).optional() })),
  }),
});

/** Selectors choose what they mean: a workload its own pods, a Service pods that listen on its target port. */
export const matchingSelectors: Policy = (objects) => {
  const all = workloads(objects);
  return [
    ...all.flatMap(({ name, selector, template }) =>
      !selector || selects(selector.matchLabels, template.metadata.labels)
        ? []
        : [
            `${name} selects ${JSON.stringify(selector.matchLabels)}, but its pods are labelled ${JSON.stringify(template.metadata.labels)}`,
          ],
    ),
    ...objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap((object) => {
        const { selector, ports } = service.parse(object).spec;
        const chosen = all.filter(
          (each) =>
            stays(each) && each.metadata.namespace === object.metadata.namespace && selects(selector, each.template.metadata.labels),
        );
        if (chosen.length === 0) return [`${nameOf(object)} selects no pods of any workload`];
        const open = chosen.flatMap(({ template }) => template.spec.containers.flatMap((container) => container.ports));
        return ports
          .filter(
            ({ port, targetPort = port }) => !open.some(({ name, containerPort }) => name === targetPort || containerPort === targetPort),
          )
          .map(
            ({ targetPort }) =>
              `${nameOf(object)} forwards to port ${targetPort}, which no container of ${chosen.map(({ name }) => name).join(', ')} opens`,
          );
      }),
  ];
};
