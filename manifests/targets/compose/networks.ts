import type { ComponentName } from '../../components/components.ts';
import { type Connection, connections, isConfigured } from '../../components/connections.ts';
import type { Environment } from '../../environments/environment.ts';
import type { Network } from './compose-types.ts';

/** The networks. A component joins a network if one of its peers is in `members`. `internal`: without access to and from other networks. */
const networks = {
  /** The stores, which publish no port and have no access to the internet. */
  backend: { members: ['postgres', 'replica', 'redis'], internal: true },
  /** The services that the proxy forwards to. */
  frontend: { members: ['edge'] },
  /** Access to the internet: text models, pictures, sites with news, an object store, reports of errors, the receivers of alerts. */
  egress: { members: ['model', 'pictures', 'sites', 'object-store', 'error-reports', 'receivers'] },
  /** Prometheus and what it scrapes, and a collector of traces. Without access to the internet, which not every role may have. */
  monitoring: {
    members: ['prometheus', 'alertmanager', 'grafana', 'loki', 'alloy', 'jaeger', 'collector', 'elasticsearch'],
    internal: true,
  },
} as const satisfies Record<string, { readonly members: readonly ComponentName[]; readonly internal?: true }>;
export type NetworkName = keyof typeof networks;
export const networkNames: readonly NetworkName[] = Object.keys(networks).filter((name): name is NetworkName => name in networks);

/** Of the servers that watch the roles: Docker publishes no port of a container that is in internal networks only. */
export const publishing = 'published';

/** Without the connections of database operators, which Docker does not have. */
const composed: readonly Connection[] = connections.filter((each) => !('operatorManaged' in each));

/** The networks of a component: its own, and those of its peers. */
export function networksOf(
  component: ComponentName,
  { config, errorReports }: Pick<Environment, 'config' | 'errorReports'>,
  declared: readonly Connection[] = composed,
): readonly NetworkName[] {
  const peers = declared
    .filter((each) => isConfigured(each, config) && (each.to !== 'error-reports' || errorReports !== undefined))
    .flatMap(({ from, to }) => (from === component ? [to] : to === component ? [from] : []));
  return networkNames.filter((name) => networks[name].members.some((member) => member === component || peers.includes(member)));
}

/** The first of four /16 networks of 172.16.0.0/12, so that a firewall can name them and no two deployments of a host meet. */
export function bridges(first: number): Readonly<Record<NetworkName, Network>> {
  return everyNetwork((name, index) => ({
    driver: 'bridge',
    ...('internal' in networks[name] ? { internal: true as const } : {}),
    ipam: { config: [{ subnet: `172.${first + index}.0.0/16` }] },
  }));
}

/** Encrypted between the nodes of a swarm. */
export function overlays(): Readonly<Record<NetworkName, Network>> {
  return everyNetwork((name) => ({
    driver: 'overlay',
    driver_opts: { encrypted: 'true' },
    ...('internal' in networks[name] ? { internal: true as const } : {}),
  }));
}

function everyNetwork(made: (name: NetworkName, index: number) => Network): Readonly<Record<NetworkName, Network>> {
  const [backend, frontend, egress, monitoring] = [made('backend', 0), made('frontend', 1), made('egress', 2), made('monitoring', 3)];
  return { backend, frontend, egress, monitoring };
}
