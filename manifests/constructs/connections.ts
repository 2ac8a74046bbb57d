import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type ComponentName, type Connection, components, connections } from '../../service/contract/components.ts';
import { ports } from '../../service/contract/ports.ts';
import { product } from '../../service/contract/product.ts';
import type { Environment } from '../environments/environment.ts';
import { labels, selectorLabels } from './labels.ts';

/** Address ranges that are not the internet: a text model outside is never there. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'];

const namespaceNamed = (name: string): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Where the packets of a component come from or go to, in this environment. */
function peers(component: ComponentName, environment: Environment): k8s.NetworkPolicyPeer[] {
  const { kind } = components[component];
  if (component === 'dns') return [{ ...namespaceNamed('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }];
  if (component === 'edge') return [namespaceNamed(environment.edge.namespace)];
  if (component === 'prometheus') return environment.monitoring ? [namespaceNamed(environment.monitoring.namespace)] : [];
  if (kind === 'outside') return [{ ipBlock: { cidr: '0.0.0.0/0', except: privateNetworks } }];
  if (kind === 'store' && environment.stores !== 'in-cluster') return environment.stores.networks.map((cidr) => ({ ipBlock: { cidr } }));
  return [{ podSelector: { matchLabels: selectorLabels(component) } }];
}

function policyPorts(port: Connection['port']): k8s.NetworkPolicyPort[] {
  const protocols = port === 'dns' ? ['UDP', 'TCP'] : ['TCP'];
  return protocols.map((protocol) => ({ protocol, port: k8s.IntOrString.fromNumber(ports[port]) }));
}

/**
 * Refuses everything in the namespace, both ways, then opens exactly the contract's connections of the components that run here.
 * @throws when a component that runs here has no connection at all: nobody could reach it and it could reach nobody
 */
export class Connections extends Construct {
  constructor(
    scope: Construct,
    id: string,
    environment: Environment,
    running: readonly ComponentName[],
    declared: readonly Connection[] = connections,
  ) {
    super(scope, id);
    new k8s.KubeNetworkPolicy(this, 'default-deny', {
      metadata: { name: `${product.name}-default-deny`, labels: { 'app.kubernetes.io/name': product.name } },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
    });
    for (const component of running) this.#open(component, environment, declared);
  }

  #open(component: ComponentName, environment: Environment, declared: readonly Connection[]) {
    const incoming = declared.filter(({ to }) => to === component);
    const outgoing = declared.filter(({ from }) => from === component);
    if (incoming.length + outgoing.length === 0) {
      throw new Error(
        `${this.node.path}: the component ${component} runs in ${environment.name}, but the contract declares no connection from or to it`,
      );
    }
    const rules = (list: readonly Connection[], other: (connection: Connection) => ComponentName, direction: 'from' | 'to') =>
      list
        .map((connection) => ({ [direction]: peers(other(connection), environment), ports: policyPorts(connection.port) }))
        // An empty peer list would allow everybody.
        .filter((rule) => rule[direction]?.length);
    new k8s.KubeNetworkPolicy(this, component, {
      metadata: { name: `${product.name}-${component}`, labels: labels(component) },
      spec: {
        podSelector: { matchLabels: selectorLabels(component) },
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

/** An empty list means the same as none, but the API server does not store it: every diff would show it. */
const ifAny = <T>(name: string, list: readonly T[]) => (list.length > 0 ? { [name]: list } : {});

/** The components of ours that run in an environment's namespace. */
export function runningComponents(environment: Environment): ComponentName[] {
  return environment.stores === 'in-cluster' ? ['api', 'migrate', 'postgres', 'redis'] : ['api', 'migrate'];
}
