import type { ComponentName } from '../../components/components.ts';
import { type Connection, connections } from '../../components/connections.ts';
import type { Network } from './compose-types.ts';

/** Networks by whom one meets there (guide row DC-25). `internal`: no way out of it or into it but through what stands in it. */
const networks = {
  /** The stores; nothing here is published, and nobody who is here alone reaches the internet. */
  backend: { meets: ['postgres', 'redis'], internal: true },
  /** What the proxy hands requests to. */
  frontend: { meets: ['edge'] },
  /** The way to text models and to who is told of alerts. */
  egress: { meets: ['model', 'receivers'] },
  monitoring: { meets: ['prometheus', 'alertmanager', 'grafana', 'loki', 'alloy', 'jaeger', 'elasticsearch'] },
} as const satisfies Record<string, { readonly meets: readonly ComponentName[]; readonly internal?: true }>;
export type NetworkName = keyof typeof networks;
export const networkNames: readonly NetworkName[] = Object.keys(networks).filter((name): name is NetworkName => name in networks);

/** No operator keeps a database here. */
const composed: readonly Connection[] = connections.filter((each) => !('operatorManaged' in each));

/** The networks of a component: those of the peers that the contract connects it with, and its own. */
export function networksOf(component: ComponentName, declared: readonly Connection[] = composed): readonly NetworkName[] {
  const peers = declared.flatMap(({ from, to }) => (from === component ? [to] : to === component ? [from] : []));
  return networkNames.filter((name) => networks[name].meets.some((met) => met === component || peers.includes(met)));
}

/** The first of four /16 networks of 172.16.0.0/12, so that a firewall can name them and no two deployments of a host meet. */
export function bridges(first: number): Readonly<Record<NetworkName, Network>> {
  return everyNetwork((name, index) => ({
    driver: 'bridge',
    ...('internal' in networks[name] ? { internal: true as const } : {}),
    ipam: { config: [{ subnet: `172.${first + index}.0.0/16` }] },
  }));
}

/** Between the nodes of a swarm what is said on them is encrypted. */
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
