import type { Ports } from '../../contract/ports.ts';
import type { Names, Stage } from '../../contract/product.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { ConfigSettingName, SecretSettingName } from '../../contract/settings.ts';
import type { StoreSecretName } from '../../contract/stores.ts';
import type { Notify } from './alert-receivers.ts';
import type { GitHubDeployer } from './deployer.ts';
import type { Strategy } from './strategy.ts';

/** Memory and CPU in Kubernetes notation. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** How a workload grows: guide rows K8-14..K8-17. */
export interface Scaling {
  readonly min: number;
  readonly max: number;
  /** Use of what is requested, in percent, above which it grows. */
  readonly cpu: number;
  readonly memory: number;
  /** Seconds that less must have been enough before it shrinks. */
  readonly scaleDownDelaySeconds: number;
  /** Chunks of batches per replica: KEDA, which must be installed, also scales by the queue. Not set: by CPU and memory alone. */
  readonly chunksPerReplica?: number;
}

export interface Workload {
  readonly scaling: Scaling;
  readonly resources: Resources;
}

/** One PostgreSQL pod, on a volume. */
export interface StatefulDatabase {
  readonly kind: 'stateful-set';
  readonly storage: string;
  readonly resources: Resources;
  /** PostgreSQL with the TimescaleDB extension, for tables of the operator's own. The service does not need it. */
  readonly timescale?: true;
  /** Dumps at `schedule` (cron, UTC), so many of which are kept on a volume of their own. */
  readonly backups?: { readonly schedule: string; readonly keep: number; readonly storage: string };
}

/** PostgreSQL kept by the CloudNativePG operator: one primary, the others replicas that take its place (guide row DB-02). */
export interface CloudNativePgDatabase {
  readonly kind: 'cloudnative-pg';
  readonly storage: string;
  readonly resources: Resources;
  readonly instances: number;
  /** Replicas that confirm a commit before it is acknowledged. Not set, or while too few are available: none. */
  readonly synchronousReplicas?: number;
  /** PgBouncer in front of the primary: so many pods, each with so many connections. The migration goes past it. */
  readonly pooler?: { readonly instances: number; readonly connections: number; readonly resources: Resources };
  /** Base backups at `schedule` (six fields, UTC) and every WAL file, in an S3 bucket (guide row DB-14). */
  readonly backups?: {
    readonly schedule: string;
    readonly destination: `s3://${string}`;
    /** Any point in time so far back can be restored. */
    readonly retention: `${number}${'d' | 'w' | 'm'}`;
    /** Folder in the bucket; not set: the database's name. */
    readonly archive?: string;
    /** Restores a new database from another archive of the bucket, up to this time. Not set: the database starts empty. */
    readonly recovery?: { readonly archive: string; readonly at: `${number}-${number}-${number}T${number}:${number}:${number}Z` };
  };
  /** Where the operator runs. */
  readonly operator: { readonly namespace: string };
}

/** PostgreSQL. Everybody finds it by DATABASE_URL. */
export type Database =
  | StatefulDatabase
  | CloudNativePgDatabase
  /** A managed one, reached in these networks. */
  | { readonly kind: 'external'; readonly networks: readonly [string, ...string[]] };

/** Redis: cache and limits only, what is least used goes when memory is short (guide row CA-10). No jobs live there (D-16). */
export type Cache =
  | { readonly kind: 'in-cluster'; readonly memory: `${number}mb`; readonly resources: Resources }
  | { readonly kind: 'external'; readonly networks: readonly [string, ...string[]] };

/** Names that the Secret `names.secrets` may hold. */
export type SecretName = SecretSettingName | StoreSecretName;

/** Where the Secret `names.secrets` comes from. */
export type Secrets =
  /** An administrator creates it: see docs/secrets.md. */
  { readonly kind: 'by-hand' } | ExternalSecrets;

/** The External Secrets operator copies one entry of a ClusterSecretStore: the one at `path`, with a property for each secret. */
export interface ExternalSecrets {
  readonly kind: 'external-secrets';
  readonly store: string;
  readonly path: string;
  /** How often the operator reads the store. */
  readonly refresh: `${number}${'m' | 'h'}`;
  /** Optional secrets that the store holds in addition to the required ones. */
  readonly also: readonly SecretName[];
}

/** Where the certificate in the Secret `names.tls` comes from (guide rows K8-13, SE-02). */
export type Tls =
  /** cert-manager requests it from this ClusterIssuer by the HTTP-01 challenge, and renews it. */
  | { readonly kind: 'cert-manager'; readonly issuer: string }
  /** An administrator creates it from a certificate file and a key file: see docs/edge.md. */
  | { readonly kind: 'by-hand' };

interface EdgeBase {
  readonly host: string;
  /** Namespace of the edge's own pods: the only ones that may call the service. */
  readonly namespace: string;
  readonly tls: Tls;
}

/** How callers outside reach the service. */
export type Edge =
  /** Gateway API. `limits`: the controller whose own kinds limit rates and bodies; not set: the service alone does. */
  | (EdgeBase & { readonly kind: 'gateway'; readonly gatewayClass: string; readonly limits?: 'traefik' })
  /** Ingress of ingress-nginx, whose annotations limit rates and bodies. */
  | (EdgeBase & { readonly kind: 'ingress'; readonly className: string });

export type EdgeOf<K extends Edge['kind']> = Extract<Edge, { readonly kind: K }>;

interface MonitoringBase {
  /** The only namespace that may scrape. */
  readonly namespace: string;
  readonly notify: Notify;
}

/** The monitoring stack. */
export type Monitoring =
  /** The cluster's Prometheus operator. `prometheusPod`: a pod of its Prometheus, which a gate queries. */
  | (MonitoringBase & { readonly kind: 'operator'; readonly prometheusPod: string })
  /** The environment's own stack: Prometheus, Alertmanager, Grafana, Loki, Alloy, Jaeger. */
  | (MonitoringBase & {
      readonly kind: 'bundled';
      /** Retention of metrics and logs. */
      readonly retentionDays: number;
      /** Size of the metrics volume and of the logs volume. */
      readonly storage: string;
    });

/** Logs to an Elasticsearch of the cluster (guide rows OB-20, OB-21). */
export interface Logs {
  readonly kind: 'fluent-bit';
  /** Of Fluent Bit alone. */
  readonly namespace: string;
  readonly elasticsearch: { readonly service: string; readonly namespace: string };
  readonly index: string;
}

/** What makes one environment differ from another; everything else is the same everywhere. */
export interface Environment {
  /** Folder of its manifests. */
  readonly name: string;
  /** What the service is told (ENVIRONMENT): decides which settings are required. */
  readonly stage: Stage;
  readonly namespace: string;
  readonly names: Names;
  readonly ports: Ports;
  /** Image of the service where none is given; a release always gives one by digest. */
  readonly image: string;
  /** Settings that are not secret. A secret's name does not compile here. */
  readonly config: Readonly<Partial<Record<ConfigSettingName, string>>>;
  /** Not set: rolling updates. */
  readonly strategy?: Strategy;
  /** What runs; the API always does. A migration gets the API's resources. */
  readonly workloads: Readonly<Record<'api', Workload> & Partial<Record<WorkloadRole, Workload>>>;
  readonly database: Database;
  readonly cache: Cache;
  readonly secrets: Secrets;
  readonly edge: Edge;
  readonly monitoring: Monitoring;
  /** Not set: nobody sends logs to Elasticsearch. */
  readonly logs?: Logs;
  /** Not set: the ServiceAccount `names.deployer`, whose tokens an administrator requests. */
  readonly deployer?: GitHubDeployer;
  /** Images that pods may run. Not set: any. `pinned-images`: only known ones (ValidatingAdmissionPolicy, Kubernetes 1.30 or later). */
  readonly admission?: 'pinned-images';
}
