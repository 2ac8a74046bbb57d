import type { Evidence } from './evidence.ts';
import type { Chart } from './order.ts';

export interface DeployOptions {
  readonly environment: string;
  readonly image: string;
  readonly charts: readonly Chart[];
  readonly actor: string;
  readonly timeoutSeconds: number;
  readonly soakSeconds: number;
  readonly dryRun: boolean;
  readonly rollback: boolean;
  /** Told of the evidence of a failure, before anything is taken back. */
  readonly onEvidence: (evidence: Evidence) => Promise<void>;
}
