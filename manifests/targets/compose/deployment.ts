import type { Environment, Resources } from '../../environments/environment.ts';
import { local } from '../../environments/local.ts';
import { production } from '../../environments/production.ts';
import { staging } from '../../environments/staging.ts';

/** An environment on machines with Docker and nothing else: its stores run beside it. */
export interface ComposeDeployment {
  readonly file: 'compose.yaml' | 'compose.staging.yaml' | 'compose.production.yaml' | 'compose.cloud.yaml';
  /** For the head of the file: what it is, and how it is started. */
  readonly purpose: string;
  readonly environment: Environment;
  /** Docker's project or stack; other names begin with it. */
  readonly project: string;
  readonly platform:
    | {
        readonly kind: 'docker';
        readonly build: boolean /** Of 172.N.0.0/16: four from here on are its networks. */;
        readonly subnet: number;
      }
    | { readonly kind: 'swarm' };
  readonly stores: {
    /** `storage`: what the volume has room for. */
    readonly postgres: { readonly resources: Resources; readonly storage: string };
    readonly redis: { readonly memory: `${number}mb`; readonly resources: Resources };
  };
  /** Where the proxy is reached; without `https` it speaks plain HTTP. */
  readonly published: { readonly http: Published; readonly https?: Published };
}

/** A port of the host; of its loopback interface alone, or of every one. */
interface Published {
  readonly port: number;
  readonly loopback?: true;
}

/** Guide row DC-22. */
const small: ComposeDeployment['stores'] = {
  postgres: { storage: '10Gi', resources: { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1', memory: '1Gi' } } },
  redis: { memory: '160mb', resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { cpu: '250m', memory: '256Mi' } } },
};
/** Guide row DC-21. */
const large: ComposeDeployment['stores'] = {
  ...small,
  postgres: { storage: '50Gi', resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '2', memory: '4Gi' } } },
};

/** The environment with pools so small that a single PostgreSQL without a pooler has connections for all containers; Docker has no canaries. */
function onDocker({ strategy: _, ...environment }: Environment, poolSize: number): Environment {
  return { ...environment, config: { ...environment.config, DATABASE_POOL_SIZE: String(poolSize) } };
}

const project = ({ names, name }: Environment) => `${names.prefix}-${name}`;
const up = (...files: readonly string[]) => ['docker compose', ...files.map((file) => `-f ${file}`), 'up --detach --wait'].join(' ');

/** Guide rows DC-13, SC-03. */
export const composeDeployments: readonly ComposeDeployment[] = [
  {
    file: 'compose.yaml',
    purpose: `The whole product on a laptop with Docker: ${up()}`,
    environment: local,
    project: project(local),
    platform: { kind: 'docker', build: true, subnet: 28 },
    stores: small,
    published: { http: { port: 8080, loopback: true } },
  },
  {
    file: 'compose.staging.yaml',
    purpose: `Staging on one host, beside production if need be: ${up('compose.staging.yaml')}`,
    environment: onDocker(staging, 3),
    project: project(staging),
    platform: { kind: 'docker', build: false, subnet: 24 },
    stores: small,
    published: { http: { port: 8080 } },
  },
  {
    file: 'compose.production.yaml',
    purpose: `Production on one host: ${up('compose.production.yaml')}`,
    environment: onDocker(production, 4),
    project: project(production),
    platform: { kind: 'docker', build: false, subnet: 20 },
    stores: large,
    published: { http: { port: 80 }, https: { port: 443 } },
  },
  {
    file: 'compose.cloud.yaml',
    purpose: 'Production on a swarm of hosts: docker stack deploy --compose-file compose.cloud.yaml instagram-captions',
    environment: onDocker(production, 4),
    project: production.names.prefix,
    platform: { kind: 'swarm' },
    stores: large,
    published: { http: { port: 80 }, https: { port: 443 } },
  },
];
