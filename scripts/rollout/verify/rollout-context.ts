import type { Output } from '../../cli/output.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { NamespaceOwner } from '../record/namespace-owner.ts';
import type { SmokeExpectation, SmokeLimits, SmokeResult } from './smoke-test.ts';

/** What every part of a rollout works with. */
export interface RolloutContext {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Whose the namespace must be. */
  readonly owner: NamespaceOwner;
  readonly out: Output;
  /** Aborted when the user interrupts or the lock is lost. */
  readonly signal: AbortSignal;
  /** Asks the deployed service itself. */
  readonly smoke: (expected: SmokeExpectation, limits: SmokeLimits, signal: AbortSignal) => Promise<SmokeResult>;
}
