import * as z from 'zod';
import { kindAndName, matchesLabels, runsContinuously, workloadsIn } from '../kubernetes/workloads.ts';
import type { Policy } from './policy.ts';

const service = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ port: z.number(), targetPort: z.union([z.string(), z.number()]).optional() })),
  }),
});

/** A workload selects its own pods, and a Service selects pods that open its target port. */
export const matchingSelectors: Policy = (objects) => {
  const all = workloadsIn(objects);
  return [
    ...all.flatMap(({ name, selector, template }) =>
      !selector || matchesLabels(selector.matchLabels, template.metadata.labels)
        ? []
        : [
            `${name} selects ${JSON.stringify(selector.matchLabels)}, but its pods are labelled ${JSON.stringify(template.metadata.labels)}`,
          ],
    ),
    ...objects
      .filter(({ kind }) => kind === 'Service')
      .flatMap((object) => {
        const { selector, ports } = service.parse(object).spec;
        const selected = all.filter(
          (each) =>
            runsContinuously(each) &&
            each.metadata.namespace === object.metadata.namespace &&
            matchesLabels(selector, each.template.metadata.labels),
        );
        if (selected.length === 0) return [`${kindAndName(object)} selects no pods of any workload`];
        const open = selected.flatMap(({ template }) => template.spec.containers.flatMap((container) => container.ports));
        return ports
          .filter(
            ({ port, targetPort = port }) => !open.some(({ name, containerPort }) => name === targetPort || containerPort === targetPort),
          )
          .map(
            ({ targetPort }) =>
              `${kindAndName(object)} forwards to port ${targetPort}, which no container of ${selected.map(({ name }) => name).join(', ')} opens`,
          );
      }),
  ];
};
