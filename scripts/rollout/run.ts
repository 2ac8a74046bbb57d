import type { Output } from '../cli/output.ts';
import type { Cluster } from './cluster.ts';
import type { Owner } from './owner.ts';
import type { Expectation, SmokeLimits, SmokeResult } from './smoke.ts';

/** What every part of a rollout works with. */
export interface Run {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Whose the namespace must be. */
  readonly owner: Owner;
  readonly out: Output;
  /** Aborted when the user interrupts or the lock is lost. */
  readonly signal: AbortSignal;
  /** Asks the deployed service itself. */
  readonly smoke: (expected: Expectation, limits: SmokeLimits, signal: AbortSignal) => Promise<SmokeResult>;
}
