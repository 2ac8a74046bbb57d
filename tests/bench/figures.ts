import type { TargetName } from './targets.ts';

/** Everything with figures: the targets, and what is measured without wrk. */
export type Subject = TargetName | 'batches' | 'analysis of articles' | 'analysis, PostgreSQL' | 'first start' | 'later start';

/** Medians; times in milliseconds. */
export interface Figures {
  readonly perSecond?: number;
  readonly p50?: number;
  readonly p99?: number;
  /** Microseconds of CPU time per request, or per item of a batch, or per article. */
  readonly cpu?: number;
  readonly residentMegabytes?: number;
  /** p99 at 70 % of `perSecond`. */
  readonly p99At70?: number;
  /** p50 at 500 requests per second, minus that of the upstream. */
  readonly overhead?: number;
  readonly seconds?: number;
  /** Requests without a status of success. */
  readonly failed?: number;
  /** How busy the core of the load was, 0 to 1. */
  readonly loadCore?: number;
}

/** The figures of each subject, or why it was skipped. */
export type Results = ReadonlyMap<Subject, Figures | string>;

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
