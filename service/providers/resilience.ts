import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IRetryBackoffContext,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { ModelError, type ModelFailure, type TextModel, type TextStream, type TokenUsage } from './model.ts';
import { openStream, type StreamLimits } from './streaming.ts';
import { costMicros } from './tokens.ts';

/** One finished call, retries included. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'cancelled';
  readonly seconds: number;
  /** What the provider charges for; undefined where nothing came of it. */
  readonly usage: TokenUsage | undefined;
  /** Of that usage, at the prices of the card, in micro-US-dollars. */
  readonly costMicros: number;
}

export interface Resilience extends StreamLimits {
  /** Longest that a call may take: attempts, pauses between them and the wait for a place; of a stream: until it starts. */
  readonly totalSeconds: number;
  /** Attempts after the first. */
  readonly retries: number;
  readonly firstBackoffMs: number;
  /** Longest that a provider's Retry-After is waited for: a longer one ends the call at once, so that another model may answer. */
  readonly longestRetryAfterSeconds: number;
  /** Failures in a row after which the endpoint is left alone, and for how long. */
  readonly breaker: { readonly failures: number; readonly pauseMs: number };
  /** Calls at once, and how many may wait for a place. */
  readonly concurrency: number;
  readonly queue: number;
}

export interface ResilientModel {
  readonly model: TextModel;
  /** Whether the circuit breaker lets calls through, or would try one now. */
  healthy(): boolean;
}

/** The caller's own time limit, unlike a caller that left. */
const isTimeout = (reason: unknown) => reason instanceof DOMException && reason.name === 'TimeoutError';

/** Worth another try: the next attempt may well succeed. */
const passing: readonly ModelFailure[] = ['timeout', 'overloaded', 'unreachable'];
const isPassing = (error: unknown) => error instanceof ModelError && passing.includes(error.failure);
const isTrouble = (error: unknown) => isPassing(error) || (error instanceof ModelError && error.failure === 'cut');

function asModelError(error: unknown): unknown {
  if (error instanceof BrokenCircuitError)
    return new ModelError('overloaded', 'the endpoint failed repeatedly and is left alone for a while', { cause: error });
  if (error instanceof BulkheadRejectedError)
    return new ModelError('overloaded', 'too many calls are waiting for the endpoint', { cause: error });
  if (error instanceof TaskCancelledError) return new ModelError('timeout', 'the endpoint did not answer in time', { cause: error });
  return error;
}

const longestBackoffMs = 2000;

/** Full jitter, on top of what the provider asked for in Retry-After. */
const backoff = (firstMs: number) =>
  new DelegateBackoff(({ attempt, result }: IRetryBackoffContext<unknown>) => {
    const asked = 'error' in result && result.error instanceof ModelError ? (result.error.retryAfterSeconds ?? 0) : 0;
    return asked * 1000 + Math.random() * Math.min(longestBackoffMs, firstMs * 2 ** (attempt - 1));
  });

function createPolicies(options: Resilience) {
  const { totalSeconds, retries, firstBackoffMs, longestRetryAfterSeconds, breaker, concurrency, queue } = options;
  const again = handleWhen(
    (error) => isPassing(error) && !(error instanceof ModelError && (error.retryAfterSeconds ?? 0) > longestRetryAfterSeconds),
  );
  const circuit = circuitBreaker(handleWhen(isTrouble), {
    halfOpenAfter: breaker.pauseMs,
    breaker: new ConsecutiveBreaker(breaker.failures),
  });
  let openUntil = 0;
  circuit.onBreak(() => {
    openUntil = Date.now() + breaker.pauseMs;
  });
  return {
    /** Around everything: neither a pause nor the wait for a place ends by itself when the caller leaves. */
    call: wrap(
      timeout(totalSeconds * 1000, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
      // A pause whose caller has left must not keep the process alive.
      retry(again, { maxAttempts: retries, backoff: backoff(firstBackoffMs) }).dangerouslyUnref(),
    ),
    /** Around one attempt. */
    attempt: wrap(circuit, bulkhead(concurrency, queue)),
    healthy: () => circuit.state === CircuitState.Closed || (circuit.state === CircuitState.Open && Date.now() >= openUntil),
  };
}

/**
 * A model with time-outs, retries with jitter, a circuit breaker and a bulkhead around each attempt. A stream is tried again until
 * it has sent something, and holds its place until its end. `observe` hears of each call once, whatever becomes of it.
 */
export function withResilience(model: TextModel, options: Resilience, observe: (call: ModelCall) => void): ResilientModel {
  const policies = createPolicies(options);
  const perAttempt = timeout(options.attemptSeconds * 1000, TimeoutStrategy.Aggressive);

  function observed(signal: AbortSignal) {
    const start = performance.now();
    const report = (outcome: ModelCall['outcome'], usage: TokenUsage | undefined) =>
      observe({
        model: model.card.id,
        outcome,
        seconds: (performance.now() - start) / 1000,
        usage,
        costMicros: usage === undefined ? 0 : costMicros(usage, model.card),
      });
    return {
      report,
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

  async function attempt<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await perAttempt.execute((limited) => ask(limited.signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw asModelError(error);
    }
  }

  async function call<T extends { usage: TokenUsage }>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { report, failed } = observed(signal);
    try {
      const run = ({ signal: caller }: { signal: AbortSignal }) =>
        policies.attempt.execute((limited) => attempt(ask, limited.signal), caller);
      const answer = await policies.call.execute(run, signal);
      report('ok', answer.usage);
      return answer;
    } catch (error) {
      throw failed(error);
    }
  }

  async function* stream<T extends { usage: TokenUsage }>(
    open: (signal: AbortSignal) => TextStream<T>,
    signal: AbortSignal,
  ): TextStream<T> {
    const { report, failed } = observed(signal);
    const left = new AbortController();
    const over = AbortSignal.any([signal, left.signal]);
    let ended = false;
    try {
      const opened = await policies.call.execute(
        (context) => openStream({ open, policy: policies.attempt, limits: options, opening: context.signal, over }),
        signal,
      );
      const answer = yield* opened;
      ended = true;
      report('ok', answer.usage);
      return answer;
    } catch (error) {
      ended = true;
      throw failed(error);
    } finally {
      if (!ended) report('cancelled', undefined);
      left.abort();
    }
  }

  return {
    healthy: policies.healthy,
    model: {
      card: model.card,
      chat: (request, signal) => call((limited) => model.chat(request, limited), signal),
      writeCaptions: (request, signal) => call((limited) => model.writeCaptions(request, limited), signal),
      streamChat: (request, signal) => stream((limited) => model.streamChat(request, limited), signal),
      streamCaptions: (request, signal) => stream((limited) => model.streamCaptions(request, limited), signal),
    },
  };
}
