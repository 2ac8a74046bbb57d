/** What of the Compose specification (compose-spec.io) is used here; Swarm's `docker stack` reads the same less what it says. */
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
  /** Between two checks in it; the first success ends it. */
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
  /** These are Swarm's. */
  readonly placement?: { readonly constraints?: readonly string[]; readonly preferences?: readonly { readonly spread: string }[] };
  readonly restart_policy?: { readonly condition: 'any' | 'on-failure'; readonly delay: Seconds; readonly max_attempts?: number };
  readonly update_config?: UpdateConfig;
  readonly rollback_config?: UpdateConfig;
}

export type Mount =
  | { readonly type: 'volume'; readonly source: string; readonly target: string }
  | { readonly type: 'tmpfs'; readonly target: string; readonly tmpfs: { readonly size: number } };

/** A secret or a configuration as a file in the container; read-only. */
export type FileMount = string | { readonly source: string; readonly target: string };

export interface Port {
  readonly target: number;
  readonly published: number;
  /** The host's address; not set: every one. */
  readonly host_ip?: string;
  /** Swarm's: on the node itself, so that the caller's address is not lost in its balancer. */
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
  /** Swarm has no such option: its nodes' daemons are told. */
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
  readonly logging: { readonly driver: 'json-file'; readonly options: { readonly 'max-size': string; readonly 'max-file': string } };
  readonly deploy: Deploy;
}

export interface Network {
  readonly driver?: 'bridge' | 'overlay';
  /** Nothing on it reaches the outside or is reached from there. */
  readonly internal?: true;
  readonly driver_opts?: { readonly encrypted: 'true' };
  readonly ipam?: { readonly config: readonly { readonly subnet: string }[] };
}

/** A volume that another made, by name, or Docker's own. */
export type Volume = { readonly external: true; readonly name: string } | Readonly<Record<string, never>>;

/** Named by its content on a swarm, where it cannot be changed. */
export interface Config {
  readonly file: string;
  readonly name?: string;
}

export type Secret = { readonly file: string } | { readonly external: true; readonly name: string };
