import { Problem } from '../http/problem.ts';
import { addAttributes, type SpanAttributes } from '../telemetry/traced.ts';
import type { TokenUsage } from './chat.ts';
import type { ModelCard } from './model.ts';
import { ModelError } from './model-error.ts';
import type { ModelCall } from './models.ts';
import { costMicros } from './tokens.ts';

/** Failures that are counted apart from others. */
const ownOutcomes = ['timeout', 'misconfigured', 'quota_exhausted'] as const;

const attributesOf = ({ outcome, waitSeconds, usage, costMicros }: ModelCall): SpanAttributes => ({
  outcome,
  wait_seconds: waitSeconds,
  ...(usage === undefined
    ? {}
    : {
        'gen_ai.usage.input_tokens': usage.promptTokens,
        'gen_ai.usage.output_tokens': usage.completionTokens,
        cost_micro_dollars: costMicros,
      }),
});

/** Measures one call and reports its outcome to `observe`. */
export function startReport(card: ModelCard, signal: AbortSignal, observe: (call: ModelCall) => void) {
  const start = performance.now();
  const elapsedMs = () => performance.now() - start;
  let waitMs = 0;
  const report = (outcome: ModelCall['outcome'], usage: TokenUsage | undefined, error?: string) => {
    const call: ModelCall = {
      model: card.id,
      outcome,
      error,
      seconds: elapsedMs() / 1000,
      waitSeconds: waitMs / 1000,
      usage,
      costMicros: usage === undefined ? 0 : costMicros(usage, card),
    };
    addAttributes(() => attributesOf(call));
    observe(call);
  };
  function outcomeOf(error: unknown): ModelCall['outcome'] {
    // A deadline aborts with a problem, a caller that leaves does not.
    if (signal.aborted) return signal.reason instanceof Problem ? 'timeout' : 'cancelled';
    const failure = error instanceof ModelError ? error.failure : 'error';
    return ownOutcomes.find((each) => each === failure) ?? 'error';
  }
  return {
    elapsedMs,
    /** The time until now was the wait for a slot. */
    waited: () => {
      waitMs = elapsedMs();
    },
    succeeded: (usage: TokenUsage) => report('ok', usage),
    failed(error: unknown): void {
      const { spent, message } = error instanceof ModelError ? error : {};
      report(outcomeOf(error), spent, message);
    },
  };
}
