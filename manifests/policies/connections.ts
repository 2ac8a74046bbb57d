import * as z from 'zod';
import { marks } from '../../service/contract/product.ts';
import { nameOf, type Policy, selects, workloads } from './policy.ts';

const policy = z.object({
  spec: z.object({
    podSelector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
    policyTypes: z.array(z.string()),
  }),
});

/** Everything is refused by default, both ways, and every workload has a policy that opens what it declared. */
export const defaultDeny: Policy = (objects) => {
  const policies = objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((object) => ({ name: nameOf(object), ...policy.parse(object).spec }));
  const denies = policies.some(
    ({ podSelector, policyTypes }) => Object.keys(podSelector.matchLabels).length === 0 && policyTypes.length === 2,
  );
  const own = policies.filter(({ podSelector }) => Object.keys(podSelector.matchLabels).length > 0);
  return [
    ...(denies ? [] : ['no NetworkPolicy refuses everything by default, both ways']),
    ...workloads(objects)
      .filter(({ template }) => !own.some(({ podSelector }) => selects(podSelector.matchLabels, template.metadata.labels)))
      .map(
        ({ name, template }) =>
          `${name} (component ${template.metadata.labels[marks.component]}) has no NetworkPolicy of its own: declare its connections in the contract`,
      ),
  ];
};
