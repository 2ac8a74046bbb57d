import type { Ports } from '../../contract/ports.ts';
import type { EnvironmentName, Names } from '../../contract/product.ts';
import type { WorkloadRole } from '../../contract/roles.ts';
import type { ConfigSettingName, SecretSettingName } from '../../contract/settings.ts';
import type { StoreSecretName } from '../../contract/stores.ts';
import type { Notify } from '../monitoring/notify.ts';
import type { Strategy } from './strategy.ts';
import type { Admission, Deployer } from './trust.ts';

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
  readonly shrinkAfter: number;
  /** Not set: CPU and memory alone decide. Set: KEDA, which must be installed, also looks at the queue (guide row K8-27). */
  readonly queue?: QueueScaling;
}

/** How a worker grows with the batches that wait. */
export interface QueueScaling {
  /** Chunks of batches that one replica is to have. */
  readonly perReplica: number;
  /** Where KEDA asks: the address of the operator's Prometheus. */
  readonly prometheus: string;
}

export interface Workload {
  readonly scaling: Scaling;
  readonly resources: Resources;
}

/** What every PostgreSQL of an environment's own has. */
interface OwnDatabase {
  readonly storage: string;
  readonly resources: Resources;
  /** TimescaleDB (guide row DB-03), for those who bring tables of their own: an image that carries it. The service does not need it. */
  readonly timescale?: { readonly image: string };
}

/** One PostgreSQL pod, on a volume. */
export interface StatefulDatabase extends OwnDatabase {
  readonly kind: 'stateful-set';
  /** Dumps at `schedule` (cron, UTC), so many of which are kept on a volume of their own. */
  readonly backups?: { readonly schedule: string; readonly keep: number; readonly storage: string };
}

/** PostgreSQL kept by the CloudNativePG operator: one primary, the others replicas that take its place (guide row DB-02). */
export interface OperatedDatabase extends OwnDatabase {
  readonly kind: 'cloudnative-pg';
  readonly instances: number;
  /** Replicas that have a commit before it is answered; without so many it waits (`required`) or goes on (`preferred`). */
  readonly synchronous?: { readonly replicas: number; readonly durability: 'required' | 'preferred' };
  /** PgBouncer in front of the primary: so many pods, each with so many connections. The migration goes past it. */
  readonly pooler?: { readonly instances: number; readonly connections: number; readonly resources: Resources };
  /** Base backups at `schedule` (six fields, UTC) and every WAL file, in an S3 bucket (guide row DB-14). */
  readonly backups?: {
    readonly schedule: string;
    readonly destination: `s3://${string}`;
    /** Any point in time so far back can be restored. */
    readonly retention: `${number}${'d' | 'w' | 'm'}`;
    readonly encryption: 'AES256' | 'aws:kms';
    /** Not set: AWS. */
    readonly endpoint?: `https://${string}`;
    /** Where the bucket is reached; not set: on the internet. */
    readonly networks?: readonly [string, ...string[]];
    /** Folder in the bucket; not set: the database's name. */
    readonly archive?: string;
    /** Where a new database begins: with another archive of the bucket, as it was at this time, or with all of it. */
    readonly recovery?: { readonly archive: string; readonly at?: `${number}-${number}-${number}T${number}:${number}:${number}Z` };
  };
  /** Where the operator runs. */
  readonly operator: { readonly namespace: string };
}

/** PostgreSQL. Everybody finds it by DATABASE_URL. */
export type Database =
  | StatefulDatabase
  | OperatedDatabase
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
  /** Somebody makes it: see docs/secrets.md. */
  | { readonly kind: 'by-hand' }
  /** The External Secrets operator copies it from a store: one entry at `path`, a property each. */
  | {
      readonly kind: 'external-secrets';
      readonly store: { readonly name: string; readonly kind: 'SecretStore' | 'ClusterSecretStore' };
      readonly path: string;
      /** How often it is read again. */
      readonly refresh: `${number}${'m' | 'h'}`;
      /** Optional ones that the store holds besides those that are required. */
      readonly also: readonly SecretName[];
    }
  /** The Sealed Secrets controller opens what `kubeseal --raw` closed for this name and namespace. */
  | { readonly kind: 'sealed-secrets'; readonly values: Readonly<Partial<Record<SecretName, string>>> };

/** Where the certificate in the Secret `names.tls` comes from (guide rows K8-13, SE-02). */
export type Tls =
  /** cert-manager gets it and renews it. `http-01`: by answering on the host itself; `dns-01`: by a record. */
  | {
      readonly kind: 'cert-manager';
      readonly issuer: { readonly name: string; readonly kind: 'ClusterIssuer' | 'Issuer' };
      readonly challenge: 'http-01' | 'dns-01';
    }
  /** Somebody makes it, from a certificate and a key in files: see docs/edge.md. */
  | { readonly kind: 'by-hand' };

/** Controllers whose annotations are known: see constructs/ingress-controllers.ts. */
export type IngressController = 'ingress-nginx' | 'nginx' | 'traefik';

interface EdgeBase {
  readonly host: string;
  /** Namespace of the edge's own pods: the only ones that may call the service. */
  readonly namespace: string;
  /** Not set: HTTP only. */
  readonly tls?: Tls;
}

/** How callers outside reach the service. */
export type Edge =
  /** Gateway API. `limits`: the controller whose own kinds limit rates and bodies; not set: the service alone does. */
  | (EdgeBase & { readonly kind: 'gateway'; readonly gatewayClass: string; readonly limits?: 'traefik' })
  /** Ingress (guide row K8-12), limited by the annotations of its controller. */
  | (EdgeBase & { readonly kind: 'ingress'; readonly className: string; readonly controller: IngressController });

export type EdgeOf<K extends Edge['kind']> = Extract<Edge, { readonly kind: K }>;

/** Who watches. The namespace is the only one that may scrape. */
export type Monitoring =
  /** The Prometheus operator of the cluster. */
  | { readonly kind: 'operator'; readonly namespace: string; readonly notify?: Notify }
  /** What an environment brings along, in a namespace of its own: Prometheus, Alertmanager, Grafana, Loki, Alloy, Jaeger. */
  | {
      readonly kind: 'bundled';
      readonly namespace: string;
      /** Days that metrics and logs are kept. */
      readonly retentionDays: number;
      /** Volume of the metrics, and that of the logs. */
      readonly storage: string;
      readonly notify?: Notify;
    };

/** Logs to an Elasticsearch of the cluster (guide rows OB-20, OB-21). */
export interface Logs {
  readonly kind: 'fluent-bit';
  /** Of Fluent Bit alone. */
  readonly namespace: string;
  /** What runs the node's containers: it decides how a line is written. */
  readonly runtime: 'containerd' | 'docker';
  readonly elasticsearch: { readonly service: string; readonly namespace: string };
  readonly index: string;
}

/** How the cluster of an environment is known: the release tool refuses any other. */
export type ExpectedCluster =
  /** Host of the API server's URL, with its port unless that is 443. */
  | { readonly host: string }
  /** SHA-256 of the certificate of its authority, in hex: `openssl x509 -in ca.crt -outform DER | sha256sum`. */
  | { readonly caSha256: string }
  /** UID of the namespace `kube-system`: `kubectl get namespace kube-system -o jsonpath={.metadata.uid}`. */
  | { readonly uid: string };

/** What makes one environment differ from another; everything else is the same everywhere. */
export interface Environment {
  /** Folder of its manifests. */
  readonly name: string;
  /** What the service is told (ENVIRONMENT): decides which settings are required. */
  readonly stage: EnvironmentName;
  readonly namespace: string;
  /** Not set: whatever KUBECONFIG names. */
  readonly cluster?: ExpectedCluster;
  readonly names: Names;
  readonly ports: Ports;
  /** Image of the service where none is given; a release always gives one by digest. */
  readonly image: string;
  /** Settings that are not secret. A secret's name does not compile here. */
  readonly config: Readonly<Partial<Record<ConfigSettingName, string>>>;
  /** How a new release of the API takes over; not set: pod by pod. */
  readonly strategy?: Strategy;
  /** What runs; the API always does. A migration gets the API's resources. */
  readonly workloads: Readonly<Record<'api', Workload> & Partial<Record<WorkloadRole, Workload>>>;
  readonly database: Database;
  readonly cache: Cache;
  readonly secrets: Secrets;
  readonly edge: Edge;
  /** Not set: nobody scrapes. */
  readonly monitoring?: Monitoring;
  /** Not set: nobody sends logs to Elasticsearch. */
  readonly logs?: Logs;
  /** Not set: its ServiceAccount. */
  readonly deployer?: Deployer;
  /** Not set: any image may run. Set: a Kubernetes of 1.30 or later refuses what is not known (ValidatingAdmissionPolicy). */
  readonly admission?: Admission;
}
