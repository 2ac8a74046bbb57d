import type { k8s } from 'cdk8s-plus-28';
import { workloadRoles } from '../../contract/roles.ts';
import type { ComponentName } from '../components/components.ts';
import type { DnsServer, Endpoint } from '../environments/cluster-properties.ts';
import { type Environment, hasReplica } from '../environments/environment.ts';
import { addressRanges, familiesOf } from './address-ranges.ts';

/** Location of a component in an environment. */
export type Location = (
  | /** Pods of this environment. Default selector: the component's labels. */
  { readonly kind: 'pods'; readonly namespace: string; readonly selector?: k8s.LabelSelector }
  /** Pods that other teams or operators deploy. */
  | { readonly kind: 'external-pods'; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> }
  | { readonly kind: 'networks'; readonly networks: readonly string[]; readonly except?: readonly string[] }
) & {
  /** Port there, if it is not that of the connection. */
  readonly port?: number;
};

const internet = (environment: Environment): Location[] =>
  familiesOf(environment).map((family) => {
    const { all, private: networks, linkLocal } = addressRanges[family];
    return { kind: 'networks', networks: [all], except: [...networks, linkLocal] };
  });

const dnsLocations: Readonly<Record<DnsServer, readonly Location[]>> = {
  'kube-dns': [{ kind: 'external-pods', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } }],
  // A data plane that translates Services before policies apply sees the pod, others the address.
  'node-local': [
    { kind: 'external-pods', namespace: 'kube-system', labels: { 'k8s-app': 'node-local-dns' } },
    { kind: 'networks', networks: ['169.254.20.10/32'] },
  ],
  'cloud-dns': [{ kind: 'networks', networks: ['169.254.169.254/32'] }],
};

function dns({ cluster }: Environment): Location[] {
  const { servers, networks } = cluster?.dns ?? { servers: ['kube-dns'] as const, networks: undefined };
  return [...servers.flatMap((server) => dnsLocations[server]), ...(networks ? [{ kind: 'networks' as const, networks }] : [])];
}

/** Pods see a Service address that is translated before policies apply, so the real one is unknown unless the environment declares it. */
const apiServer = (environment: Environment): Location[] => {
  const declared = environment.cluster?.apiServer?.networks;
  return declared
    ? [{ kind: 'networks', networks: declared }]
    : familiesOf(environment).map((family) => ({ kind: 'networks', networks: addressRanges[family].private }));
};

function errorReportsLocations(environment: Environment): Location[] {
  const { errorReports } = environment;
  if (errorReports === undefined) return [];
  return errorReports.networks ? [{ kind: 'networks', networks: errorReports.networks }] : internet(environment);
}

const locationOf = (endpoint: Endpoint): Location =>
  endpoint.kind === 'in-cluster'
    ? { kind: 'external-pods', namespace: endpoint.namespace, labels: endpoint.labels, port: endpoint.podPort ?? endpoint.port }
    : { kind: 'networks', networks: endpoint.networks, port: endpoint.port };

/** Labels that CloudNativePG sets on its pods: instances with their jobs, and poolers. */
const cluster = 'cnpg.io/cluster';
const poolerName = 'cnpg.io/poolerName';
export const instanceSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres },
  matchExpressions: [{ key: poolerName, operator: 'DoesNotExist' }],
});
export const poolerSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres, [poolerName]: names.pooler },
});
/** The operator moves this label when another instance becomes the primary. */
const replicaSelector = ({ names }: Environment): k8s.LabelSelector => ({
  matchLabels: { [cluster]: names.postgres, 'cnpg.io/instanceRole': 'replica' },
});
export const poolerOf = ({ database }: Environment) => (database.kind === 'cloudnative-pg' ? database.pooler : undefined);

const listOf = (condition: unknown, location: Location): Location[] => (condition ? [location] : []);

function replicaLocations(environment: Environment): Location[] {
  const { database, namespace } = environment;
  if (!hasReplica(environment)) return [];
  if (database.kind === 'external') return [{ kind: 'networks', networks: database.networks }];
  return [{ kind: 'pods', namespace, selector: replicaSelector(environment) }];
}

function objectStoreLocations(environment: Environment): Location[] {
  const { database, config, objectStore } = environment;
  const isUsed = (database.kind === 'cloudnative-pg' && database.backups !== undefined) || config.S3_BUCKET !== undefined;
  if (!isUsed) return [];
  return objectStore ? [{ kind: 'networks', networks: objectStore.networks }] : internet(environment);
}

/** Where a component is; empty if it does not run in the environment. */
export function locationsOf(environment: Environment, component: ComponentName): readonly Location[] {
  const { workloads, database, cache, edge, monitoring, logs, namespace, cluster: properties } = environment;
  const own: Location = { kind: 'pods', namespace };
  const role = workloadRoles.find((each) => each === component);
  if (role) return listOf(workloads[role], own);
  switch (component) {
    case 'migrate':
      return [own];
    case 'postgres':
      if (database.kind === 'external') return [{ kind: 'networks', networks: database.networks }];
      return [database.kind === 'stateful-set' ? own : { ...own, selector: instanceSelector(environment) }];
    case 'replica':
      return replicaLocations(environment);
    case 'pooler':
      return listOf(poolerOf(environment), { ...own, selector: poolerSelector(environment) });
    case 'backup':
      return listOf(database.kind === 'stateful-set' && database.backups, own);
    case 'error-reports':
      return errorReportsLocations(environment);
    case 'object-store':
      return objectStoreLocations(environment);
    case 'postgres-operator':
      return database.kind === 'cloudnative-pg'
        ? [{ kind: 'external-pods', namespace: database.operator.namespace, labels: { 'app.kubernetes.io/name': 'cloudnative-pg' } }]
        : [];
    case 'redis':
      return [cache.kind === 'external' ? { kind: 'networks', networks: cache.networks } : own];
    case 'dns':
      return dns(environment);
    case 'mesh':
      return properties?.mesh ? [{ kind: 'external-pods', namespace: properties.mesh.namespace }] : [];
    case 'edge':
      return [{ kind: 'external-pods', namespace: edge.namespace }];
    case 'kubernetes':
      return apiServer(environment);
    case 'model':
      return [...internet(environment), ...(environment.models ?? []).map(locationOf)];
    case 'collector':
      return environment.traces ? [locationOf(environment.traces)] : [];
    case 'pictures':
    case 'sites':
    case 'receivers':
      return internet(environment);
    case 'prometheus':
      return [{ kind: monitoring.kind === 'operator' ? 'external-pods' : 'pods', namespace: monitoring.namespace }];
    case 'postgres-exporter':
      return listOf(monitoring.kind === 'bundled' && database.kind === 'stateful-set', { kind: 'pods', namespace: monitoring.namespace });
    case 'redis-exporter':
      return listOf(monitoring.kind === 'bundled' && cache.kind === 'in-cluster', { kind: 'pods', namespace: monitoring.namespace });
    case 'fluent-bit':
      return logs ? [{ kind: 'pods', namespace: logs.namespace }] : [];
    case 'elasticsearch':
      return logs ? [{ kind: 'external-pods', namespace: logs.elasticsearch.namespace }] : [];
    default:
      return listOf(monitoring.kind === 'bundled', { kind: 'pods', namespace: monitoring.namespace });
  }
}
