import { wasSuspended, withDeadline } from '../runtime/deadline.ts';
import { type ModelCard, ModelError, type TextModel, type TextStream, type TokenUsage, whileSuspended } from './model.ts';
import { type ModelCall, observeCall } from './observing.ts';
import { createPolicies, type Resilience } from './policies.ts';
import { openStream } from './streaming.ts';

export interface ResilientModel {
  readonly card: ModelCard;
  /** The model as a caller asks it: `caller` names whose turn its calls take when others wait too. */
  as(caller: string): TextModel;
  /** Whether the circuit breaker lets calls through, or would try one now, and the provider does not want to be left alone. */
  healthy(): boolean;
}

/** What whole answers have in common. */
interface Answer {
  readonly usage: TokenUsage;
}

/**
 * A model with time-outs, retries with jitter, a circuit breaker and a bulkhead around each attempt, whose slots callers have in
 * turn. A stream is tried again until it has sent something, and holds its slot until its end. `observe` is called once for each
 * call, whatever becomes of it.
 */
export function withResilience({ card, ...model }: TextModel, options: Resilience, observe: (call: ModelCall) => void): ResilientModel {
  const policies = createPolicies(options);
  const attemptMs = options.attemptSeconds * 1000;

  async function attempt<T>(ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const start = performance.now();
    try {
      return await withDeadline(attemptMs, ask, signal, () => new ModelError('timeout', 'the endpoint did not answer in time'));
    } catch (error) {
      signal.throwIfAborted();
      throw wasSuspended(performance.now() - start, attemptMs) ? whileSuspended(error) : error;
    }
  }

  async function call<T extends Answer>(caller: string, ask: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { report, failed, waited } = observeCall(card, signal, observe);
    try {
      const run = (limited: AbortSignal) => policies.inTurn({ caller, waited }, () => attempt(ask, limited), limited);
      const answer = await policies.call((limited) => policies.attempt(run, limited), signal);
      report('ok', answer.usage);
      return answer;
    } catch (error) {
      throw failed(error);
    }
  }

  async function* stream<T extends Answer>(
    caller: string,
    open: (signal: AbortSignal) => TextStream<T>,
    signal: AbortSignal,
  ): TextStream<T> {
    const { report, failed, waited } = observeCall(card, signal, observe);
    const left = new AbortController();
    const over = AbortSignal.any([signal, left.signal]);
    let opened: TextStream<T> | undefined;
    let ended = false;
    try {
      const inTurn = (run: () => Promise<void>, limited: AbortSignal) => policies.inTurn({ caller, waited }, run, limited);
      const start = (opening: AbortSignal) => openStream({ open, inTurn, limits: options, opening, over });
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
    card,
    healthy: policies.healthy,
    as: (caller) => ({
      card,
      chat: (request, signal) => call(caller, (limited) => model.chat(request, limited), signal),
      writeCaptions: (request, signal) => call(caller, (limited) => model.writeCaptions(request, limited), signal),
      streamChat: (request, signal) => stream(caller, (limited) => model.streamChat(request, limited), signal),
      streamCaptions: (request, signal) => stream(caller, (limited) => model.streamCaptions(request, limited), signal),
    }),
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
