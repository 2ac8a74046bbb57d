import type { Resources } from '../../environments/environment.ts';
import type { Condition, Healthcheck, Mount, Port } from './compose-types.ts';
import type { NetworkName, publishing } from './networks.ts';
import type { SecretName } from './secrets.ts';

/** A service, independent of Docker Compose and Swarm. */
export interface ServiceSpec {
  readonly image: string;
  /** The product's own image, which a deployment may build from the Dockerfile. */
  readonly builtHere?: true;
  /** Uid and gid; root, without capabilities, only to read files of the host. */
  readonly user: number;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (SecretName | { readonly source: SecretName; readonly target: string })[];
  /** Files of this repository: path from the root → its text and where it is mounted. */
  readonly configs?: Readonly<Record<string, { readonly text: string; readonly target: string }>>;
  /** Persistent volumes. */
  readonly mounts?: readonly Mount[];
  /** Writable folders in memory. */
  readonly tmpfs?: readonly { readonly path: string; readonly mebibytes: number }[];
  readonly networks: readonly (NetworkName | typeof publishing)[];
  readonly ports?: readonly Port[];
  readonly healthcheck?: Healthcheck;
  /** Only Compose reads it: Swarm starts everything at once. */
  readonly dependsOn?: Readonly<Record<string, Condition>>;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopGraceSeconds: number;
  readonly resources: Resources;
  readonly maxProcesses: number;
  /** `job`: runs once. `one`: never more than one. `node`: one on each host. A number: as many, and more with --scale. */
  readonly replicas: number | 'one' | 'node' | 'job';
}

/** Services by host name. */
export type ServiceSpecs = Readonly<Record<string, ServiceSpec>>;
