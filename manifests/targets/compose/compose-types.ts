/** The part of the Compose specification (compose-spec.io) that is used here; fields that only one of Compose and Swarm reads say so. */
export interface ComposeFile {
  readonly name?: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, Network>>;
  readonly volumes?: Readonly<Record<string, Volume>>;
  readonly configs?: Readonly<Record<string, Config>>;
  readonly secrets?: Readonly<Record<string, Secret>>;
}

/** Seconds in Docker's notation. */
export type Seconds = `${number}s`;

export interface Healthcheck {
  readonly test: readonly ['CMD', ...string[]];
  readonly interval: Seconds;
  readonly timeout: Seconds;
  readonly retries: number;
  /** Failures in this time do not count. */
  readonly start_period: Seconds;
  /** Interval within start_period, until the first success. */
  readonly start_interval: Seconds;
}

interface UpdateConfig {
  readonly parallelism: number;
  readonly order: 'start-first' | 'stop-first';
  readonly failure_action: 'rollback' | 'pause';
  readonly delay: Seconds;
  readonly monitor: Seconds;
}

export interface Deploy {
  readonly mode?: 'replicated-job' | 'global';
  readonly replicas?: number;
  readonly resources: {
    readonly limits: { readonly cpus: string; readonly memory: string; readonly pids: number };
    readonly reservations: { readonly cpus: string; readonly memory: string };
  };
  /** Only Swarm reads this and the following fields. */
  readonly endpoint_mode?: 'dnsrr';
  readonly placement?: { readonly constraints?: readonly string[]; readonly preferences?: readonly { readonly spread: string }[] };
  readonly restart_policy?: { readonly condition: 'any' | 'on-failure'; readonly delay: Seconds };
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
}

export type Mount =
  | { readonly type: 'volume'; readonly source: string; readonly target: string }
  /** A folder of the host. */
  | { readonly type: 'bind'; readonly source: string; readonly target: string; readonly read_only: true }
  | { readonly type: 'tmpfs'; readonly target: string; readonly tmpfs: { readonly size: number } };

/** A secret or a configuration as a file in the container; read-only. */
export type FileMount = string | { readonly source: string; readonly target: string };

export interface Port {
  readonly target: number;
  readonly published: number;
  /** Address of the host. Not set: all addresses. */
  readonly host_ip?: string;
  /** Only Swarm reads it. Its load balancer would replace the client's address, so the port is published on the node. */
  readonly mode?: 'host';
}

export type Condition = 'service_healthy' | 'service_completed_successfully';

export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly pull_policy?: 'build';
  readonly init: true;
  readonly user: string;
  readonly read_only: true;
  readonly cap_drop: readonly ['ALL'];
  /** Swarm has no such option; it is an option of the daemon on each node. */
  readonly security_opt?: readonly ['no-new-privileges:true'];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly FileMount[];
  readonly configs?: readonly FileMount[];
  readonly volumes: readonly Mount[];
  readonly networks: readonly string[];
  readonly ports?: readonly Port[];
  readonly healthcheck?: Healthcheck | { readonly disable: true };
  readonly depends_on?: Readonly<Record<string, { readonly condition: Condition }>>;
  readonly stop_grace_period: Seconds;
  readonly restart?: 'unless-stopped' | 'on-failure:3';
  readonly logging: {
    readonly driver: 'json-file';
    /** `labels`: those of the container that each line has as well. */
    readonly options: { readonly 'max-size': string; readonly 'max-file': string; readonly labels?: string };
  };
  readonly deploy: Deploy;
}

export interface Network {
  readonly driver?: 'bridge' | 'overlay';
  /** Isolated from all other networks. */
  readonly internal?: true;
  readonly driver_opts?: { readonly encrypted: 'true' };
  readonly ipam?: { readonly config: readonly { readonly subnet: string }[] };
}

/** An existing volume, or one that Docker creates. */
export type Volume = { readonly external: true; readonly name: string } | Readonly<Record<string, never>>;

/** On a swarm a config is immutable, so its name contains a hash of its content. */
export interface Config {
  readonly file: string;
  readonly name?: string;
}

export type Secret = { readonly file: string } | { readonly external: true; readonly name: string };
