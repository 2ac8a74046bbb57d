import type { Chart } from '../plan/deploy-order.ts';
import type { ProgressiveRelease } from '../progressive/canary-objects.ts';
import type { Milestones } from '../report/milestones.ts';
import type { Evidence } from '../verify/evidence.ts';

export interface DeployOptions {
  readonly environment: string;
  readonly image: string;
  readonly charts: readonly Chart[];
  readonly actor: string;
  readonly timeoutSeconds: number;
  readonly soakSeconds: number;
  /** How the API's release takes over; not set: pod by pod. */
  readonly progressive?: ProgressiveRelease | undefined;
  /** How long to wait while somebody else deploys; default: not at all. */
  readonly waitSeconds?: number;
  readonly dryRun: boolean;
  readonly rollback: boolean;
  /** Told of the evidence of a failure, before anything is taken back. */
  readonly onEvidence: (evidence: Evidence) => Promise<void>;
  /** Not set: nobody listens. */
  readonly milestones?: Milestones;
}
