import { metadataKeys } from '../../contract/product.ts';
import type { Connection } from '../components/components.ts';
import { connectionsOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { selectorMatches } from '../network/label-selector.ts';
import { type ConnectionAttempt, connectionAttempts } from '../network/matrix.ts';
import { type NetworkPolicy, networkPolicies } from '../network/network-policy.ts';
import type { Policy } from './policy.ts';

/** In every namespace everything is refused by default, both ways, and every workload has a policy that opens what it declared. */
export const defaultDeny: Policy = (objects, environment) => {
  const all = networkPolicies(objects, environment.namespace);
  const isGeneral = ({ podSelector }: NetworkPolicy) => selectorMatches(podSelector, {});
  const closed = all.filter((policy) => isGeneral(policy) && policy.rules.ingress?.length === 0 && policy.rules.egress?.length === 0);
  const pods = workloadsIn(objects).map((each) => ({ ...each, namespace: each.metadata.namespace ?? environment.namespace }));
  const open = [...new Set(pods.map(({ namespace }) => namespace))].filter((each) => closed.every(({ namespace }) => namespace !== each));
  const hasOwn = ({ namespace, template }: (typeof pods)[number]) =>
    all.some(
      (policy) => !isGeneral(policy) && policy.namespace === namespace && selectorMatches(policy.podSelector, template.metadata.labels),
    );
  return [
    ...open.map((namespace) => `no NetworkPolicy of namespace ${namespace} refuses everything by default, both ways`),
    ...pods
      .filter((each) => !hasOwn(each))
      .map(
        ({ name, template }) =>
          `${name} (component ${template.metadata.labels[metadataKeys.component]}) has no NetworkPolicy of its own: declare its connections in the contract`,
      ),
  ];
};

/** Open exactly where the contract declares a connection: for every pair of places and every port (guide rows K8-20, SE-13). */
export const declaredConnections: Policy = (objects, environment) => {
  const declared = connectionsOf(environment);
  const wrong = connectionAttempts(objects, environment).filter(
    (attempt) => isDeclared(attempt, declared, environment) !== attempt.verdict.allowed,
  );
  // A rule for everybody opens the same port to many: one message.
  const reasons = Map.groupBy(wrong, (attempt) => `${attempt.from.name}|${attempt.port}/${attempt.protocol}|${reasonOf(attempt)}`);
  return [...reasons.values()].flatMap(([first, ...more]) => {
    if (!first) return [];
    const targets = [first, ...more].map(({ to }) => to.name).join(', ');
    return [`${first.from.name} → ${targets} port ${first.port}/${first.protocol}: ${reasonOf(first)}`];
  });
};

const isDeclared = ({ from, to, port, protocol }: ConnectionAttempt, declared: readonly Connection[], { ports }: Environment) =>
  declared.some(
    (each) =>
      from.components.includes(each.from) &&
      to.components.includes(each.to) &&
      ports[each.port] === port &&
      (protocol === 'TCP' || (protocol === 'UDP' && each.port === 'dns')),
  );

/** Both sides: what the contract says, and the policies that say otherwise. */
function reasonOf({ from, to, verdict: { allowed, egress, ingress } }: ConnectionAttempt): string {
  const sides = [
    { end: from.name, word: 'egress', ...egress },
    { end: to.name, word: 'ingress', ...ingress },
  ];
  if (allowed) {
    const openers = sides.filter(({ opening }) => opening.length > 0).map(({ opening, word }) => `${opening.join(', ')} (${word})`);
    const why = openers.length > 0 ? `opened by ${openers.join(' and ')}` : 'open, since no NetworkPolicy isolates either end';
    return `${why}, but the contract declares no such connection: declare it in contract/components.ts, or close it`;
  }
  const closed = sides.filter(({ isolating, opening }) => isolating.length > 0 && opening.length === 0);
  const shut = closed.map(({ end, word, isolating }) => `no ${word} rule for ${end} in ${isolating.join(', ')} opens it`);
  return `the contract declares this connection, but ${shut.join(' and ')}`;
}
