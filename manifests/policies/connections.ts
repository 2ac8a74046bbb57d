import * as z from 'zod';
import type { Connection } from '../../service/contract/components.ts';
import type { Ports } from '../../service/contract/ports.ts';
import { marks } from '../../service/contract/product.ts';
import { connectionsIn } from '../constructs/places.ts';
import { nameOf, type Policy, selects, workloads } from './policy.ts';

const rule = z.object({
  from: z.array(z.unknown()).default([]),
  to: z.array(z.unknown()).default([]),
  ports: z.array(z.object({ port: z.number() })).default([]),
});
const networkPolicy = z.object({
  spec: z.object({
    podSelector: z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }),
    policyTypes: z.array(z.string()),
    ingress: z.array(rule).default([]),
    egress: z.array(rule).default([]),
  }),
});
type Rule = z.output<typeof rule>;

const parsed = (objects: Parameters<Policy>[0]) =>
  objects
    .filter(({ kind }) => kind === 'NetworkPolicy')
    .map((object) => ({ name: nameOf(object), namespace: object.metadata.namespace, ...networkPolicy.parse(object).spec }));
const isGeneral = ({ podSelector }: { podSelector: { matchLabels: object } }) => Object.keys(podSelector.matchLabels).length === 0;

/** In every namespace everything is refused by default, both ways, and every workload has a policy that opens what it declared. */
export const defaultDeny: Policy = (objects) => {
  const policies = parsed(objects);
  const closed = policies.filter(
    (policy) => isGeneral(policy) && policy.policyTypes.length === 2 && policy.ingress.length + policy.egress.length === 0,
  );
  const all = workloads(objects);
  const open = [...new Set(all.map(({ metadata }) => metadata.namespace))].filter((each) =>
    closed.every(({ namespace }) => namespace !== each),
  );
  return [
    ...open.map((namespace) => `no NetworkPolicy of namespace ${namespace} refuses everything by default, both ways`),
    ...all
      .filter((workload) => policiesOf(workload, policies).length === 0)
      .map(
        ({ name, template }) =>
          `${name} (component ${template.metadata.labels[marks.component]}) has no NetworkPolicy of its own: declare its connections in the contract`,
      ),
  ];
};

/** Each workload's policies open the ports of the contract's connections, and no others, each to named peers. */
export const declaredConnections: Policy = (objects, environment) => {
  const policies = parsed(objects);
  const expected = connectionsIn(environment);
  return workloads(objects).flatMap((workload) => {
    const component = workload.template.metadata.labels[marks.component];
    const own = policiesOf(workload, policies);
    return (['ingress', 'egress'] as const).flatMap((direction) => {
      const rules = own.flatMap((policy) => policy[direction]);
      const declared = expected.filter(({ from, to }) => (direction === 'ingress' ? to : from) === component);
      return compare(`${workload.name} ${direction}`, rules, declared, environment.ports);
    });
  });
};

/** The policies that are about a workload's pods in particular. */
const policiesOf = ({ metadata, template }: ReturnType<typeof workloads>[number], policies: ReturnType<typeof parsed>) =>
  policies.filter(
    (policy) =>
      !isGeneral(policy) && policy.namespace === metadata.namespace && selects(policy.podSelector.matchLabels, template.metadata.labels),
  );

function compare(where: string, rules: readonly Rule[], declared: readonly Connection[], ports: Ports): string[] {
  const open = new Set(rules.flatMap((each) => each.ports.map(({ port }) => port)));
  const wanted = new Set(declared.map(({ port }) => ports[port]).map(Number));
  return [
    ...rules
      .filter((each) => each.ports.length === 0 || each.from.length + each.to.length === 0)
      .map(() => `${where}: a NetworkPolicy rule without ports or without peers opens more than the contract declares`),
    ...declared
      .filter(({ port }) => !open.has(ports[port]))
      .map(({ from, to, port }) => `${where}: the contract declares ${from} → ${to}, but no NetworkPolicy opens port ${ports[port]}`),
    ...[...open]
      .filter((port) => !wanted.has(port))
      .map((port) => `${where}: a NetworkPolicy opens port ${port}, but the contract declares no such connection`),
  ];
}
