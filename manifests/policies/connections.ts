import { metadataKeys } from '../../contract/product.ts';
import type { Connection } from '../components/connections.ts';
import { connectionsOf } from '../constructs/network-peers.ts';
import type { Environment } from '../environments/environment.ts';
import { workloadsIn } from '../kubernetes/workloads.ts';
import { selectorMatches } from '../network/label-selector.ts';
import { type ConnectionAttempt, connectionAttempts } from '../network/matrix.ts';
import { type NetworkPolicy, networkPolicies } from '../network/network-policy.ts';
import type { Policy } from './policy.ts';

/** Every namespace denies ingress and egress by default, and every workload has a NetworkPolicy for its declared connections. */
export const defaultDeny: Policy = (objects, environment) => {
  const all = networkPolicies(objects, environment.namespace);
  const selectsAll = ({ podSelector }: NetworkPolicy) => selectorMatches(podSelector, {});
  const denying = all.filter((policy) => selectsAll(policy) && policy.rules.ingress?.length === 0 && policy.rules.egress?.length === 0);
  const pods = workloadsIn(objects).map((each) => ({ ...each, namespace: each.metadata.namespace ?? environment.namespace }));
  const open = [...new Set(pods.map(({ namespace }) => namespace))].filter((each) => denying.every(({ namespace }) => namespace !== each));
  const hasOwn = ({ namespace, template }: (typeof pods)[number]) =>
    all.some(
      (policy) => !selectsAll(policy) && policy.namespace === namespace && selectorMatches(policy.podSelector, template.metadata.labels),
    );
  return [
    ...open.map((namespace) => `no NetworkPolicy of namespace ${namespace} denies ingress and egress by default`),
    ...pods
      .filter((each) => !hasOwn(each))
      .map(
        ({ name, template }) =>
          `${name} (component ${template.metadata.labels[metadataKeys.component]}) has no NetworkPolicy of its own: declare its connections in the contract`,
      ),
  ];
};

/** For every pair of peers and every port: allowed exactly if the contract declares the connection. */
export const declaredConnections: Policy = (objects, environment) => {
  const declared = connectionsOf(environment);
  const wrong = connectionAttempts(objects, environment).filter(
    (attempt) => isDeclared(attempt, declared, environment) !== attempt.verdict.allowed,
  );
  // One message for a rule that opens the same port to many peers.
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
      from.components.some(({ component }) => component === each.from) &&
      to.components.some((peer) => peer.component === each.to && (peer.port ?? ports[each.port]) === port) &&
      (protocol === 'TCP' || (protocol === 'UDP' && each.port === 'dns')),
  );

/** States what the contract declares and which NetworkPolicies contradict it. */
function reasonOf({ from, to, verdict: { allowed, egress, ingress } }: ConnectionAttempt): string {
  const sides = [
    { peer: from.name, direction: 'egress', ...egress },
    { peer: to.name, direction: 'ingress', ...ingress },
  ];
  if (allowed) {
    const allowedBy = sides
      .filter(({ allowing }) => allowing.length > 0)
      .map(({ allowing, direction }) => `${allowing.join(', ')} (${direction})`);
    const why = allowedBy.length > 0 ? `allowed by ${allowedBy.join(' and ')}` : 'allowed because no NetworkPolicy isolates either end';
    return `${why}, but the contract declares no such connection: declare it in manifests/components/connections.ts, or deny it`;
  }
  const denying = sides.filter(({ isolating, allowing }) => isolating.length > 0 && allowing.length === 0);
  const denied = denying.map(({ peer, direction, isolating }) => `no ${direction} rule for ${peer} in ${isolating.join(', ')} allows it`);
  return `the contract declares this connection, but ${denied.join(' and ')}`;
}
