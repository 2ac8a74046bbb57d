import type { CauseCode, ContainerRef, ObjectRef, Verdict } from '../judge/verdict.ts';

/** Why a release is bad, whoever found out. */
export interface FailureCause {
  readonly code: CauseCode | 'smoke-failed' | 'restarted' | 'apply-failed' | 'not-judged' | 'gate-failed' | 'gate-inconclusive';
  /** One line for a person. */
  readonly line: string;
  /** When the fact that proves it came about, by the cluster's clock. */
  readonly provedAt: Date;
  /** From the workload down. */
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

/** A release that is bad; carries the reason to where it is reported and taken back. */
export class ReleaseFailed extends Error {
  override readonly name = 'BadRelease';
  readonly failure: FailureCause;
  constructor(trouble: FailureCause, options?: ErrorOptions) {
    super(trouble.line, options);
    this.failure = trouble;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why a rollout ended with this error; what cannot be judged is never a pass. */
export function causeFromError(error: unknown, now: Date): FailureCause {
  if (error instanceof ReleaseFailed) return error.failure;
  const line = `the rollout could not be judged: ${messageOf(error)}`;
  return { code: 'not-judged', line, provedAt: now, chain: [], others: [] };
}
