import { ports } from '../../../contract/ports.ts';
import type { Endpoint } from '../../environments/cluster-properties.ts';
import { workerScaling } from '../../environments/defaults.ts';
import type { Environment, Resources, Workload } from '../../environments/environment.ts';
import { local } from '../../environments/local.ts';
import { production } from '../../environments/production.ts';
import { staging } from '../../environments/staging.ts';

/** An environment on hosts with Docker only; its stores are containers, too. */
export interface ComposeDeployment {
  readonly file: 'compose.yaml' | 'compose.staging.yaml' | 'compose.production.yaml' | 'compose.cloud.yaml';
  /** First line of the file: its purpose and the command that starts it. */
  readonly purpose: string;
  readonly environment: Environment;
  /** Name of Docker's project or stack, and prefix of other names. */
  readonly project: string;
  readonly platform:
    | {
        readonly kind: 'docker';
        readonly build: boolean /** N of the first of four networks 172.N.0.0/16. */;
        readonly subnet: number;
      }
    | { readonly kind: 'swarm' };
  readonly stores: {
    /** `storage`: size of the volume. */
    readonly postgres: { readonly resources: Resources; readonly storage: string };
    readonly redis: { readonly memory: `${number}mb`; readonly resources: Resources };
  };
  /** Ports of the proxy. Without `https` it serves plain HTTP. */
  readonly published: { readonly http: Published; readonly https?: Published };
}

/** A port of the host, on all interfaces or only on the loopback one. */
interface Published {
  readonly port: number;
  readonly loopback?: true;
}

/** The limits of guide G3. */
const small: ComposeDeployment['stores'] = {
  postgres: { storage: '10Gi', resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1536Mi' } } },
  redis: { memory: '160mb', resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } } },
};
/** The limits of guide G2. */
const large: ComposeDeployment['stores'] = {
  ...small,
  postgres: { storage: '50Gi', resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '2', memory: '4Gi' } } },
};

/** The roles of news, the analytics with the limits of guide G2. */
const newsWorkloads: Readonly<Record<'scraper' | 'analytics', Workload>> = {
  scraper: {
    scaling: { ...workerScaling, min: 1, max: 2 },
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '1Gi' } },
  },
  analytics: {
    scaling: { ...workerScaling, min: 1, max: 2 },
    resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '4Gi' } },
  },
};

/** Values that the environment file of the host replaces. */
const replaced = { NEWS_CONTACT: 'https://example.org', OTEL_EXPORTER_OTLP_ENDPOINT: `http://collector:${ports.otlp}` } as const;
const bucket = { S3_BUCKET: 'exports', S3_ENDPOINT: 'https://s3.example.org', S3_REGION: 'us-east-1' } as const;

/** A container on the network `monitoring`, whose addresses are those of Docker. */
const traces: Endpoint = { kind: 'networks', host: 'collector', port: ports.otlp, networks: ['172.16.0.0/12'] };

/** The environment with news, without a canary, and with connection pools that fit one PostgreSQL without a pooler. */
function onDocker({ strategy: _, ...environment }: Environment, poolSize: number): Environment {
  const { config, workloads } = environment;
  return {
    ...environment,
    config: { ...config, ...replaced, DATABASE_POOL_SIZE: String(poolSize) },
    workloads: { ...workloads, ...newsWorkloads },
    traces,
  };
}

/** On one host the containers share a volume. */
const withVolume = (environment: Environment): Environment => ({ ...environment, exports: { storage: '10Gi' } });
/** The nodes of a swarm share no volume. */
const withBucket = (environment: Environment): Environment => ({ ...environment, config: { ...environment.config, ...bucket } });

/** Production on one host. */
export const productionOnDocker = withVolume(onDocker(production, 4));

const project = ({ names, name }: Environment) => `${names.prefix}-${name}`;
const up = (...files: readonly string[]) => ['docker compose', ...files.map((file) => `-f ${file}`), 'up --detach --wait'].join(' ');

export const composeDeployments: readonly ComposeDeployment[] = [
  {
    file: 'compose.yaml',
    purpose: `The whole product on a laptop with Docker: ${up()}`,
    environment: { ...local, traces, config: { ...local.config, ...replaced } },
    project: project(local),
    platform: { kind: 'docker', build: true, subnet: 28 },
    stores: small,
    published: { http: { port: 8080, loopback: true } },
  },
  {
    file: 'compose.staging.yaml',
    purpose: `Staging on one host, also next to production: ${up('compose.staging.yaml')}`,
    environment: withVolume(onDocker(staging, 3)),
    project: project(staging),
    platform: { kind: 'docker', build: false, subnet: 24 },
    stores: small,
    published: { http: { port: 8080 } },
  },
  {
    file: 'compose.production.yaml',
    purpose: `Production on one host: ${up('compose.production.yaml')}`,
    environment: productionOnDocker,
    project: project(production),
    platform: { kind: 'docker', build: false, subnet: 20 },
    stores: large,
    published: { http: { port: 80 }, https: { port: 443 } },
  },
  {
    file: 'compose.cloud.yaml',
    purpose: `Production on a swarm of hosts: docker stack deploy --compose-file compose.cloud.yaml ${production.names.prefix}`,
    environment: withBucket(onDocker(production, 4)),
    project: production.names.prefix,
    platform: { kind: 'swarm' },
    stores: large,
    published: { http: { port: 80 }, https: { port: 443 } },
  },
];
