import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { type ComponentName, type Connection, connections } from '../../service/contract/components.ts';
import { workloadRoles } from '../../service/contract/roles.ts';
import type { Environment } from '../environments/environment.ts';
import { commonLabels, labels, selectorLabels } from './labels.ts';

/** Address ranges that are not the internet: a text model outside is never there. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'];

const namespaceNamed = (name: string): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
});

/** Where the packets of a component come from or go to, in this environment. */
function peers(component: ComponentName, environment: Environment): k8s.NetworkPolicyPeer[] {
  const { database, cache, edge, monitoring } = environment;
  const own = [{ podSelector: { matchLabels: { ...selectorLabels(environment, component) } } }];
  const reached = (networks: readonly string[]) => networks.map((cidr) => ({ ipBlock: { cidr } }));
  switch (component) {
    case 'dns':
      return [{ ...namespaceNamed('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }];
    case 'edge':
      return [namespaceNamed(edge.namespace)];
    case 'prometheus':
      return monitoring ? [namespaceNamed(monitoring.namespace)] : [];
    case 'model':
      return [{ ipBlock: { cidr: '0.0.0.0/0', except: privateNetworks } }];
    case 'postgres':
      return database.kind === 'external' ? reached(database.networks) : own;
    case 'redis':
      return cache.kind === 'external' ? reached(cache.networks) : own;
    default:
      return own;
  }
}

function policyPorts(port: Connection['port'], { ports }: Environment): k8s.NetworkPolicyPort[] {
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
      metadata: { name: `${environment.names.prefix}-default-deny`, labels: commonLabels(environment) },
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
        .map((connection) => ({ [direction]: peers(other(connection), environment), ports: policyPorts(connection.port, environment) }))
        // An empty peer list would allow everybody.
        .filter((rule) => rule[direction]?.length);
    new k8s.KubeNetworkPolicy(this, component, {
      metadata: { name: `${environment.names.prefix}-${component}`, labels: labels(environment, component) },
      spec: {
        podSelector: { matchLabels: { ...selectorLabels(environment, component) } },
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
export function runningComponents({ workloads, database, cache }: Environment): ComponentName[] {
  return [
    ...workloadRoles.filter((role) => workloads[role]),
    'migrate',
    ...(database.kind === 'external' ? [] : (['postgres'] as const)),
    ...(cache.kind === 'external' ? [] : (['redis'] as const)),
  ];
}
