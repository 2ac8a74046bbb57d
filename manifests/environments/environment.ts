import type { Ports } from '../../contract/ports.ts';
import type { Names, Stage } from '../../contract/product.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { ConfigSettingName, SecretSettingName } from '../../contract/settings.ts';
import type { StoreSecretName } from '../../contract/stores.ts';
import type { Notify } from './alert-receivers.ts';
import type { ClusterProperties, Endpoint } from './cluster-properties.ts';
import type { Contacts } from './contacts.ts';
import type { GitHubDeployer } from './deployer.ts';
import type { Strategy } from './strategy.ts';

/** Memory and CPU in Kubernetes notation. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** Bounds and thresholds of a workload's autoscaler. */
export interface Scaling {
  readonly min: number;
  readonly max: number;
  /** Utilization of the requested resources in percent, above which replicas are added. */
  readonly cpu: number;
  readonly memory: number;
  /** Stabilization window: replicas are removed only if fewer were enough for this long. */
  readonly scaleDownDelaySeconds: number;
  /**
   * Chunks of batches, fetches of sources or articles per replica: KEDA, which must be installed, also scales by the queue of the role. Not
   * set: by CPU and memory alone.
   */
  readonly itemsPerReplica?: number;
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
  /** Sets of `leyenda backup` at `schedule` (cron, UTC), in a volume of their own. */
  readonly backups?: {
    readonly schedule: string;
    /** Complete sets that stay, the newest ones. */
    readonly keep: number;
    readonly storage: string;
    /** Recipient of age to which sets are encrypted (`age1…`), or `none`. */
    readonly recipient: string;
  };
}

/** PostgreSQL of the CloudNativePG operator: one primary, and replicas that it fails over to. */
export interface CloudNativePgDatabase {
  readonly kind: 'cloudnative-pg';
  readonly storage: string;
  readonly resources: Resources;
  readonly instances: number;
  /** Replicas that confirm a commit before it is acknowledged. Not set, or while too few are available: none. */
  readonly synchronousReplicas?: number;
  /** PgBouncer in front of the primary: pods, and connections of each. The migration connects to the primary itself. */
  readonly pooler?: { readonly instances: number; readonly connections: number; readonly resources: Resources };
  /** Base backups at `schedule` (cron with seconds, UTC) and all WAL files, in an S3 bucket. */
  readonly backups?: {
    readonly schedule: string;
    readonly destination: `s3://${string}`;
    /** How far back a point in time can be restored. */
    readonly retention: `${number}${'d' | 'w' | 'm'}`;
    /** Folder in the bucket. Not set: the database's name. */
    readonly archive?: string;
    /** Restores a new database from another archive of the bucket, up to this time. Not set: the database starts empty. */
    readonly recovery?: { readonly archive: string; readonly at: `${number}-${number}-${number}T${number}:${number}:${number}Z` };
  };
  readonly operator: { readonly namespace: string };
  /** Of the database and of its owner. Not set: those of the product. */
  readonly names?: { readonly database: string; readonly user: string };
}

/** PostgreSQL; DATABASE_URL leads to it. */
export type Database =
  | StatefulDatabase
  | CloudNativePgDatabase
  /** A managed database in these networks. */
  | { readonly kind: 'external'; readonly networks: readonly [string, ...string[]] };

/** Redis for caches and rate limits. It evicts the least recently used keys if memory is short, so that it must not hold jobs. */
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

/** Where the certificate in the Secret `names.tls` comes from. */
export type Tls =
  /** cert-manager requests it from this ClusterIssuer by the HTTP-01 challenge, and renews it. */
  | { readonly kind: 'cert-manager'; readonly issuer: string }
  /** An administrator creates it from a certificate file and a key file: see docs/edge.md. */
  | { readonly kind: 'by-hand' };

interface EdgeBase {
  readonly host: string;
  /** Namespace of the edge's pods, which are the only ones that may call the service. */
  readonly namespace: string;
  readonly tls: Tls;
}

/** How clients outside of the cluster reach the service. */
export type Edge =
  /** Gateway API. `limits`: the controller whose custom resources limit rates and bodies. Not set: only the service limits them. */
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
  /**
   * The cluster's Prometheus operator. `prometheusPod`: a pod of its Prometheus, which a gate queries. `labels`: those by which its Prometheus
   * and Alertmanager select monitors, rules and configurations.
   */
  | (MonitoringBase & { readonly kind: 'operator'; readonly prometheusPod: string; readonly labels?: Readonly<Record<string, string>> })
  /** The environment's own stack: Prometheus, Alertmanager, Grafana, Loki, Alloy, Jaeger. */
  | (MonitoringBase & {
      readonly kind: 'bundled';
      /** Retention of metrics and logs; longer than the window of the objectives. */
      readonly retentionDays: number;
      /** Size of the metrics volume and of the logs volume. */
      readonly storage: string;
    });

/** Sends logs to an Elasticsearch in the cluster. */
export interface Logs {
  readonly kind: 'fluent-bit';
  /** Namespace of Fluent Bit, which needs one of its own. */
  readonly namespace: string;
  readonly elasticsearch: { readonly service: string; readonly namespace: string };
  readonly index: string;
}

/** Everything in which environments differ. */
export interface Environment {
  /** Folder of the manifests in dist/. */
  readonly name: string;
  /** ENVIRONMENT of the service, which decides which settings are required. */
  readonly stage: Stage;
  readonly namespace: string;
  readonly cluster?: ClusterProperties;
  readonly names: Names;
  readonly ports: Ports;
  /** Image of the service, unless a release passes another by digest. */
  readonly image: string;
  /** Settings; the name of a secret does not compile here. */
  readonly config: Readonly<Partial<Record<ConfigSettingName, string>>>;
  /** Not set: rolling updates. */
  readonly strategy?: Strategy;
  /** The roles that run, and always the API. The migration has the API's resources. */
  readonly workloads: Readonly<Record<'api', Workload> & Partial<Record<WorkloadRole, Workload>>>;
  readonly database: Database;
  readonly cache: Cache;
  /** Text models that the network policies open in addition to public ones on port 443. */
  readonly models?: readonly [Endpoint, ...Endpoint[]];
  /** Addresses of the object store of backups and exported files. Not set: any public address. */
  readonly objectStore?: { readonly networks: readonly [string, ...string[]] };
  /**
   * Roles report unexpected errors to the host of the secret SENTRY_DSN. `networks`: its addresses; not set: any public one. Not set: no
   * role gets SENTRY_DSN.
   */
  readonly errorReports?: { readonly networks?: readonly [string, ...string[]] };
  /**
   * A volume for exported files, of one node: the pods that read or write them run there. Not set: the bucket S3_BUCKET, which every node
   * reaches.
   */
  readonly exports?: { readonly storage: string };
  readonly secrets: Secrets;
  readonly edge: Edge;
  readonly monitoring: Monitoring;
  readonly contacts: Contacts;
  /** Base addresses in alerts. `runbooks` not set: docs/runbooks of the repository. `grafana` not set: that of a bundled stack. */
  readonly links?: { readonly runbooks?: string; readonly grafana?: string };
  readonly logs?: Logs;
  /** The collector in OTEL_EXPORTER_OTLP_ENDPOINT, which the network policies open. Not set: that of the bundled monitoring stack, or none. */
  readonly traces?: Endpoint;
  /** Not set: the ServiceAccount `names.deployer`, whose tokens an administrator requests. */
  readonly deployer?: GitHubDeployer;
  /** `pinned-images`: the API server rejects images that are not known (ValidatingAdmissionPolicy, Kubernetes 1.30). Not set: pods may run any image. */
  readonly admission?: 'pinned-images';
}

/** Whether an environment fetches news. */
export const hasNews = ({ workloads }: Pick<Environment, 'workloads'>): boolean => workloads.scraper !== undefined;

/** Whether queries about news can use a read replica. */
export const hasReplica = ({ database, workloads }: Pick<Environment, 'database' | 'workloads'>): boolean =>
  hasNews({ workloads }) && (database.kind === 'external' || (database.kind === 'cloudnative-pg' && database.instances > 1));
