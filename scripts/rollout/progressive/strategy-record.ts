import type { Strategy } from '../../../manifests/environments/strategy.ts';
import type { GateResult } from './canary-steps.ts';
import type { GateFigures } from './metrics-gate.ts';

/** A completed canary step. */
export interface StepRecord {
  /** Percent. */
  readonly weight: number;
  /** Duration. */
  readonly seconds: number;
  readonly pods: number;
  /** Last gate result; not set without a gate. */
  readonly gate?: GateResult & { readonly figures: GateFigures };
}

/** Outcome of a progressive rollout, for the report. */
export interface StrategyRecord {
  readonly kind: Strategy['kind'];
  /** `skipped`: there is no earlier release, or the pods do not change. */
  readonly outcome: 'promoted' | 'aborted' | 'skipped';
  readonly steps: readonly StepRecord[];
  /** Why it was aborted. */
  readonly cause?: string;
}
