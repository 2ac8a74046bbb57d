import type { CauseCode, ContainerRef, ObjectRef, Verdict } from './judge/index.ts';

/** Why a release is bad, whoever found out. */
export interface Trouble {
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

export function troubleOf({ cause, provedAt, others }: Extract<Verdict, { state: 'failed' }>): Trouble {
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
export class BadRelease extends Error {
  override readonly name = 'BadRelease';
  readonly trouble: Trouble;
  constructor(trouble: Trouble, options?: ErrorOptions) {
    super(trouble.line, options);
    this.trouble = trouble;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Why a rollout ended with this error; what cannot be judged is never a pass. */
export function troubleFrom(error: unknown, now: Date): Trouble {
  if (error instanceof BadRelease) return error.trouble;
  const line = `the rollout could not be judged: ${messageOf(error)}`;
  return { code: 'not-judged', line, provedAt: now, chain: [], others: [] };
}
