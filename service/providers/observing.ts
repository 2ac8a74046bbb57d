import { type ModelCard, ModelError, type TokenUsage } from './model.ts';
import { asModelError } from './policies.ts';
import { costMicros } from './tokens.ts';

/** One finished call, retries included. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'cancelled';
  readonly seconds: number;
  /** Of them, those that it waited for its turn. */
  readonly waitSeconds: number;
  /** What the provider charges for; undefined where nothing came of it. */
  readonly usage: TokenUsage | undefined;
  /** Of that usage, at the prices of the card, in micro-US-dollars. */
  readonly costMicros: number;
}

/** The caller's own time limit, unlike a caller that left. */
const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** Times one call and tells `observe` once how it ended. */
export function observeCall(card: ModelCard, signal: AbortSignal, observe: (call: ModelCall) => void) {
  const start = performance.now();
  let waitMs = 0;
  const report = (outcome: ModelCall['outcome'], usage: TokenUsage | undefined) =>
    observe({
      model: card.id,
      outcome,
      seconds: (performance.now() - start) / 1000,
      waitSeconds: waitMs / 1000,
      usage,
      costMicros: usage === undefined ? 0 : costMicros(usage, card),
    });
  return {
    report,
    /** Adds a wait for a turn, in milliseconds. */
    waited(milliseconds: number): void {
      waitMs += milliseconds;
    },
    /** Tells of a failure, and gives the error to throw. */
    failed(error: unknown): unknown {
      const failure = asModelError(error);
      const spent = failure instanceof ModelError ? failure.spent : undefined;
      if (signal.aborted) {
        report(isTimeout(signal.reason) ? 'timeout' : 'cancelled', spent);
        return spent === undefined ? signal.reason : failure;
      }
      report(failure instanceof ModelError && failure.failure === 'timeout' ? 'timeout' : 'error', spent);
      return failure;
    },
  };
}
