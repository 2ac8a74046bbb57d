import type { Strategy } from '../../../manifests/environments/strategy.ts';
import type { GateResult } from './canary-steps.ts';
import type { GateFigures } from './metrics-gate.ts';

/** One share of the callers, and how it went. */
export interface StepRecord {
  /** Percent. */
  readonly weight: number;
  /** With that share. */
  readonly seconds: number;
  readonly pods: number;
  /** What the gate said last; not set: it was not asked. */
  readonly gate?: GateResult & { readonly figures: GateFigures };
}

/** How a release took over, for the report. */
export interface StrategyRecord {
  readonly kind: Strategy['kind'];
  /** `skipped`: nothing was there to compare with, or its pods did not change. */
  readonly outcome: 'promoted' | 'aborted' | 'skipped';
  readonly steps: readonly StepRecord[];
  /** Why it was taken back. */
  readonly cause?: string;
}
