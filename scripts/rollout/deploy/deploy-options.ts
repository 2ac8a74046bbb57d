import type { Chart } from '../plan/deploy-order.ts';
import type { ProgressiveRelease } from '../progressive/canary-objects.ts';
import type { Milestones } from '../report/milestones.ts';
import type { Evidence } from '../verify/evidence.ts';

/** Seconds of a deploy; more if it creates a store: a volume is provisioned and a database initialized. */
export const defaultTimeouts = { update: 300, createStore: 900 } as const;

export interface DeployOptions {
  readonly environment: string;
  readonly image: string;
  readonly charts: readonly Chart[];
  readonly actor: string;
  /** Not set: `defaultTimeouts`. */
  readonly timeoutSeconds?: number | undefined;
  readonly soakSeconds: number;
  /** Progressive strategy of the API's release; not set for rolling updates. */
  readonly progressive?: ProgressiveRelease | undefined;
  /** How long to wait for the lock of another deploy; default: 0. */
  readonly waitSeconds?: number;
  readonly dryRun: boolean;
  readonly rollback: boolean;
  /** Called with the evidence of a failure before the rollback. */
  readonly onEvidence: (evidence: Evidence) => Promise<void>;
  readonly milestones?: Milestones;
}
