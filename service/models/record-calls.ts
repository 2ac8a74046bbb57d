import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ModelCall } from './models.ts';

/** Outcomes that last until the operator acts: they have an alert. */
const operatorFaults = {
  misconfigured: 'The provider rejects the key or does not know the model: correct TEXT_MODELS or OPENAI_*',
  quota_exhausted: 'The account at the provider has no credit left: add credit, or remove the model',
} as const satisfies Readonly<Partial<Record<ModelCall['outcome'], string>>>;
type OperatorFault = keyof typeof operatorFaults;
/** Outcomes that alerts are about. */
const failures = ['error', 'timeout', ...Object.keys(operatorFaults)];
const isOperatorFault = (outcome: ModelCall['outcome']): outcome is OperatorFault => outcome in operatorFaults;

/** Milliseconds between two lines about the same model and fault. */
const intervalMs = 60_000;

/** Counts calls of models, their tokens and their cost; logs faults that only the operator can correct, once a minute. */
export function createCallRecorder(metrics: Metrics, log: Logger) {
  const lastLines = new Map<string, number>();
  const logFault = ({ model, outcome, error }: ModelCall) => {
    if (!isOperatorFault(outcome)) return;
    const key = `${model} ${outcome}`;
    const now = performance.now();
    if (now - (lastLines.get(key) ?? Number.NEGATIVE_INFINITY) < intervalMs) return;
    lastLines.set(key, now);
    log.error({ model, outcome, reason: error }, operatorFaults[outcome]);
  };
  return {
    /** Creates the counters of failures, so that the first failure is an increase. */
    expect(model: string): void {
      for (const outcome of failures) metrics.count('modelRequests', { model, outcome }, 0);
    },
    record(call: ModelCall): void {
      const { model, outcome, seconds, waitSeconds, usage, costMicros } = call;
      metrics.count('modelRequests', { model, outcome });
      metrics.observe('modelDuration', { model }, seconds);
      metrics.observe('modelWait', { model }, waitSeconds);
      logFault(call);
      if (usage === undefined) return;
      metrics.count('modelTokens', { model, kind: 'prompt' }, usage.promptTokens);
      metrics.count('modelTokens', { model, kind: 'completion' }, usage.completionTokens);
      metrics.count('modelCost', { model }, costMicros);
    },
  };
}
