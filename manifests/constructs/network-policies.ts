import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { ComponentName } from '../components/components.ts';
import type { Connection } from '../components/connections.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels, componentLabels } from './labels.ts';
import { componentsInNamespace, connectionsOf, networkPeersOf, podSelectorOf } from './network-peers.ts';

function policyPorts(name: Connection['port'], port: number): k8s.NetworkPolicyPort[] {
  const protocols = name === 'dns' ? ['UDP', 'TCP'] : ['TCP'];
  return protocols.map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(port) }));
}

/**
 * Denies all ingress and egress of a namespace, then allows exactly the declared connections of the components that run there.
 * @throws if a component of the namespace has no connection at all
 */
export class NetworkPolicies extends Construct {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    namespace: string,
    declared: readonly Connection[] = connectionsOf(environment),
  ) {
    super(scope, id);
    new k8s.KubeNetworkPolicy(this, 'default-deny', {
      metadata: { name: `${environment.names.prefix}-default-deny`, labels: commonLabels(environment) },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    for (const component of componentsInNamespace(environment, namespace)) this.#open(component, environment, namespace, declared);
  }

  #open(component: ComponentName, environment: Environment, namespace: string, declared: readonly Connection[]) {
    const incoming = declared.filter(({ to }) => to === component);
    const outgoing = declared.filter(({ from }) => from === component);
    if (incoming.length + outgoing.length === 0) {
      throw new Error(
        `${this.node.path}: the component ${component} runs in ${environment.name}, but the contract declares no connection from or to it`,
      );
    }
    const rules = (list: readonly Connection[], other: (connection: Connection) => ComponentName, direction: 'from' | 'to') =>
      list.flatMap((connection) => {
        const name = connection.port;
        const located = networkPeersOf(environment, other(connection), namespace);
        // One rule for all locations with the same port. Where a connection comes from, its port is that of the target.
        const byPort = Map.groupBy(located, ({ port }) => (direction === 'to' ? port : undefined) ?? environment.ports[name]);
        return [...byPort].map(([port, same]) => ({ [direction]: same.flatMap(({ peers }) => peers), ports: policyPorts(name, port) }));
      });
    new k8s.KubeNetworkPolicy(this, component, {
      metadata: { name: `${environment.names.prefix}-${component}`, labels: componentLabels(environment, component) },
      spec: {
        podSelector: podSelectorOf(environment, component),
        policyTypes: ['Ingress', 'Egress'],
        ...ifAny(
          'ingress',
          rules(incoming, ({ from }) => from, 'from'),
        ),
        ...ifAny(
          'egress',
          rules(outgoing, ({ to }) => to, 'to'),
        ),
      },
    });
  }
}

/** The API server drops empty lists, so every later diff would show them. */
const ifAny = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});
