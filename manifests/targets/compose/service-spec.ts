import type { Resources } from '../../environments/environment.ts';
import type { Condition, Healthcheck, Mount, Port } from './compose-types.ts';
import type { NetworkName } from './networks.ts';
import type { SecretName } from './secrets.ts';

/** What runs, said once for Docker Compose and for Swarm. */
export interface ServiceSpec {
  readonly image: string;
  /** Built from this repository's Dockerfile where a deployment builds. */
  readonly builtHere?: true;
  /** Uid and gid; never root. */
  readonly user: number;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (SecretName | { readonly source: SecretName; readonly target: string })[];
  /** Files of this repository: path from the root → its text and where it is mounted. */
  readonly configs?: Readonly<Record<string, { readonly text: string; readonly target: string }>>;
  /** What it keeps. */
  readonly mounts?: readonly Mount[];
  /** Folders that it may write to; they are gone with it. */
  readonly tmpfs?: readonly { readonly path: string; readonly mebibytes: number }[];
  readonly networks: readonly NetworkName[];
  readonly ports?: readonly Port[];
  readonly healthcheck?: Healthcheck;
  /** What must be up before; Swarm starts everything at once, and again until it holds. */
  readonly dependsOn?: Readonly<Record<string, Condition>>;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopGraceSeconds: number;
  readonly resources: Resources;
  readonly maxProcesses: number;
  /** `job`: runs to its end. `one`: a second one beside it would do harm. `node`: one a host. Else as many as that, and more by --scale. */
  readonly replicas: number | 'one' | 'node' | 'job';
}

/** By the name under which others find it. */
export type ServiceSpecs = Readonly<Record<string, ServiceSpec>>;
