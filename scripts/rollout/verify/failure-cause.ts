import type { CauseCode, ContainerRef, ObjectRef, Verdict } from '../judge/verdict.ts';

/** Why a release failed. */
export interface FailureCause {
  readonly code: CauseCode | 'smoke-failed' | 'restarted' | 'apply-failed' | 'not-judged' | 'gate-failed' | 'gate-inconclusive';
  /** One line. */
  readonly line: string;
  /** Time of the fact that proves it, by the cluster's clock. */
  readonly provedAt: Date;
  /** The failed object and its owners, outermost first. */
  readonly chain: readonly ObjectRef[];
  readonly container?: ContainerRef;
  readonly others: readonly string[];
}

export function causeFromVerdict({ cause, provedAt, others }: Extract<Verdict, { state: 'failed' }>): FailureCause {
  return {
    code: cause.code,
    line: cause.line,
    provedAt,
    chain: cause.chain,
    ...(cause.container === undefined ? {} : { container: cause.container }),
    others: others.map(({ line }) => line),
  };
}

/** Thrown when a release has failed; carries the cause to the rollback and the report. */
export class ReleaseFailed extends Error {
  override readonly name = 'BadRelease';
  readonly failure: FailureCause;
  constructor(failure: FailureCause, options?: ErrorOptions) {
    super(failure.line, options);
    this.failure = failure;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The cause of an error during a rollout; an unexpected error also fails the release. */
export function causeFromError(error: unknown, now: Date): FailureCause {
  if (error instanceof ReleaseFailed) return error.failure;
  const line = `the rollout could not be judged: ${messageOf(error)}`;
  return { code: 'not-judged', line, provedAt: now, chain: [], others: [] };
}
