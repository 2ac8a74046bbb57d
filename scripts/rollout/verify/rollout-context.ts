import type { Output } from '../../cli/output.ts';
import type { Cluster } from '../../cluster/cluster.ts';
import type { NamespaceOwner } from '../record/namespace-owner.ts';
import type { SmokeExpectation, SmokeLimits, SmokeResult } from './smoke-test.ts';

/** Dependencies of all parts of a rollout. */
export interface RolloutContext {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Expected owner of the namespace. */
  readonly owner: NamespaceOwner;
  readonly out: Output;
  /** Aborted if the user interrupts or the lock is lost. */
  readonly signal: AbortSignal;
  /** Sends requests to the deployed service. */
  readonly smoke: (expected: SmokeExpectation, limits: SmokeLimits, signal: AbortSignal) => Promise<SmokeResult>;
}
