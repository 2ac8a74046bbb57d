import { TimeoutStrategy, timeout } from 'cockatiel';
import { ModelError, type TextModel, type TextStream, type TokenUsage } from './model.ts';
import { type ModelCall, observeCall } from './observing.ts';
import { asModelError, createPolicies, type Resilience } from './policies.ts';
import { openStream } from './streaming.ts';

export interface ResilientModel {
  readonly model: TextModel;
  /** Whether the circuit breaker lets calls through, or would try one now, and the provider does not want to be left alone. */
  healthy(): boolean;
}

/** What whole answers have in common. */
interface Answer {
  readonly usage: TokenUsage;
}

/**
 * A model with time-outs, retries with jitter, a circuit breaker and a bulkhead around each attempt. A stream is tried again until
 * it has sent something, and holds its place until its end. `observe` hears of each call once, whatever becomes of it.
 */
export function withResilience({ card, ...model }: TextModel, options: Resilience, observe: (call: ModelCall) => void): ResilientModel {
  const policies = createPolicies(options);
  const perAttempt = timeout(options.attemptSeconds * 1000, TimeoutStrategy.Aggressive);

  async function attempt<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await perAttempt.execute((limited) => ask(limited.signal), signal);
    } catch (error) {
      signal.throwIfAborted();
      throw asModelError(error);
    }
  }

  async function call<T extends Answer>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { report, failed } = observeCall(card, signal, observe);
    try {
      const run = (caller: AbortSignal) => policies.inPlace((placed) => attempt(ask, placed), caller);
      const answer = await policies.call((caller) => policies.attempt(run, caller), signal);
      report('ok', answer.usage);
      return answer;
    } catch (error) {
      throw failed(error);
    }
  }

  async function* stream<T extends Answer>(open: (signal: AbortSignal) => TextStream<T>, signal: AbortSignal): TextStream<T> {
    const { report, failed } = observeCall(card, signal, observe);
    const left = new AbortController();
    const over = AbortSignal.any([signal, left.signal]);
    let opened: TextStream<T> | undefined;
    let ended = false;
    try {
      const start = (opening: AbortSignal) => openStream({ open, inPlace: policies.inPlace, limits: options, opening, over });
      opened = await policies.call((opening) => policies.attempt(start, opening), signal);
      for (let step = await opened.next(); ; step = await opened.next()) {
        if (step.done) {
          ended = true;
          policies.ended();
          report('ok', step.value.usage);
          return step.value;
        }
        yield step.value;
      }
    } catch (error) {
      ended = true;
      if (opened !== undefined) policies.ended(error);
      throw failed(error);
    } finally {
      left.abort();
      if (!ended) report('cancelled', await spentBy(opened));
    }
  }

  return {
    healthy: policies.healthy,
    model: {
      card,
      chat: (request, signal) => call((limited) => model.chat(request, limited), signal),
      writeCaptions: (request, signal) => call((limited) => model.writeCaptions(request, limited), signal),
      streamChat: (request, signal) => stream((limited) => model.streamChat(request, limited), signal),
      streamCaptions: (request, signal) => stream((limited) => model.streamCaptions(request, limited), signal),
    },
  };
}

/** What a stream whose signal was aborted had cost: it tells with its last read. */
async function spentBy(stream: TextStream<Answer> | undefined): Promise<TokenUsage | undefined> {
  if (stream === undefined) return undefined;
  try {
    for (;;) {
      const step = await stream.next();
      if (step.done) return step.value.usage;
    }
  } catch (error) {
    return error instanceof ModelError ? error.spent : undefined;
  }
}
