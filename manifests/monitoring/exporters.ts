import { type MonitoringSecretName, monitoringRole } from '../../contract/monitoring.ts';
import { type ComponentName, components } from '../components/components.ts';
import { thirdPartyImages } from '../components/third-party-images.ts';
import { localDatabase } from '../constructs/local-database.ts';
import type { ThirdPartyServer } from '../constructs/third-party-server.ts';
import type { Environment } from '../environments/environment.ts';

/** Programs that serve the metrics of others. */
export const exporterNames = ['node-exporter', 'postgres-exporter', 'redis-exporter'] as const satisfies readonly ComponentName[];
export type Exporter = (typeof exporterNames)[number];

/** Host names of the stores. */
export interface StoreHosts {
  readonly postgres: string;
  readonly redis: string;
}

/** The variable of postgres_exporter with the password of its role. */
export const exporterPassword = {
  variable: 'DATA_SOURCE_PASS',
  key: 'POSTGRES_MONITORING_PASSWORD',
} as const satisfies { readonly variable: string; readonly key: MonitoringSecretName };

const passwordVariable = ({ names }: Environment) => ({
  name: exporterPassword.variable,
  valueFrom: { secretKeyRef: { name: names.monitoring, key: exporterPassword.key } },
});

/** They mount no folder of the machine: in a container, too, `/proc` has the CPU and memory of the machine. */
export function exporterServers(environment: Environment, { postgres, redis }: StoreHosts): Readonly<Record<Exporter, ThirdPartyServer>> {
  const { ports } = environment;
  const server = (name: Exporter, { args = [], ...rest }: Pick<ThirdPartyServer, 'image' | 'user' | 'args' | 'env'>): ThirdPartyServer => ({
    ...rest,
    args: [`--web.listen-address=:${ports[components[name].listens[0]]}`, ...args],
    probes: { alive: '/', ready: '/metrics' },
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '250m', memory: '64Mi' } },
  });
  return {
    'node-exporter': server('node-exporter', {
      image: thirdPartyImages.nodeExporter,
      user: 65534,
      args: [
        ...['--collector.disable-defaults', '--collector.cpu', '--collector.meminfo', '--collector.filesystem'],
        // Only the root, which is on the disk of the containers; its type, overlay, is excluded by default.
        '--collector.filesystem.mount-points-exclude=^/.+',
        '--collector.filesystem.fs-types-exclude=^tmpfs$',
      ],
    }),
    'postgres-exporter': server('postgres-exporter', {
      image: thirdPartyImages.postgresExporter,
      user: 65534,
      env: [
        { name: 'DATA_SOURCE_URI', value: `${postgres}:${ports.postgres}/${localDatabase.database}?sslmode=disable` },
        { name: 'DATA_SOURCE_USER', value: monitoringRole },
        passwordVariable(environment),
      ],
    }),
    'redis-exporter': server('redis-exporter', {
      image: thirdPartyImages.redisExporter,
      user: 59000,
      // Redis forbids CONFIG to every client.
      args: [`--redis.addr=redis://${redis}:${ports.redis}`, '--config-command=-'],
    }),
  };
}
