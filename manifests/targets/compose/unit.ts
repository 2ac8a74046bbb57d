import type { Resources } from '../../environments/environment.ts';
import type { Condition, Healthcheck, Mount, Port } from './model.ts';
import type { NetworkName } from './networks.ts';
import type { SecretName } from './secrets.ts';

/** What runs, said once for Docker Compose and for Swarm. */
export interface Unit {
  readonly image: string;
  /** Built from this repository's Dockerfile where a deployment builds. */
  readonly ours?: true;
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
  readonly scratch?: readonly { readonly path: string; readonly mebibytes: number }[];
  readonly networks: readonly NetworkName[];
  readonly ports?: readonly Port[];
  readonly healthcheck?: Healthcheck;
  /** What must be up before; Swarm starts everything at once, and again until it holds. */
  readonly after?: Readonly<Record<string, Condition>>;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly grace: number;
  readonly resources: Resources;
  readonly processes: number;
  /** `job`: runs to its end. `one`: a second one beside it would do harm. `node`: one a host. Else as many as that, and more by --scale. */
  readonly replicas: number | 'one' | 'node' | 'job';
}

/** By the name under which others find it. */
export type Units = Readonly<Record<string, Unit>>;
