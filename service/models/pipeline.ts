import { withDeadline } from '../runtime/deadline.ts';
import { FairLimiter, type LimiterOptions } from '../runtime/fair-limiter.ts';
import type { Meter } from '../usage/metering.ts';
import { type AttemptLimits, startAttempt } from './attempt.ts';
import { startReport } from './call-report.ts';
import { type BreakerLimits, CircuitBreaker } from './circuit-breaker.ts';
import type { Choice, ModelCard, OnPart, Routing, TextModel, TokenUsage } from './model.ts';
import { ModelError } from './model-error.ts';
import type { CallOptions, ModelCall, ModelResult, Models } from './models.ts';
import { type RetryLimits, withRetries } from './retry.ts';
import { type ModelSelection, maxCostMicros, type Selection, selectModels } from './selection.ts';
import { costMicros, type Size, sizeOfCaptions, sizeOfChat } from './tokens.ts';

/** How calls of one model are limited. */
export interface CallLimits extends AttemptLimits, LimiterOptions, RetryLimits {
  /** Maximum time of a call: the wait for a slot, attempts and pauses; of a stream: until it starts. */
  readonly totalSeconds: number;
  readonly breaker: BreakerLimits;
}

export interface ConfiguredModel {
  readonly card: ModelCard;
  /** Loads the provider with the first call, so that the start of the process does not wait for its libraries. */
  readonly load: () => Promise<TextModel>;
  readonly limits: CallLimits;
}

interface Answer {
  readonly model: string;
  readonly usage: TokenUsage;
}

/** One call, whichever model answers it. */
interface Call<T> {
  readonly selection: ModelSelection;
  readonly size: Size;
  /** What the budget must cover. */
  readonly maxSize: Size;
  readonly options: CallOptions;
  readonly ask: (model: TextModel, signal: AbortSignal, onPart: OnPart | undefined) => Promise<T>;
}

const outOfTime = () => new ModelError('timeout', 'the model did not answer in time');

/**
 * Every call of a text model, in this order: select the models, reserve the budget, and for one model after the other until one answers:
 * limit the concurrency, retry, circuit breaker, time limits, call; then account for it.
 * @param meter pays for calls that name no other
 * @param observe is called once for each model that was called, whatever the outcome
 */
export function createPipeline(
  configured: readonly [ConfiguredModel, ...ConfiguredModel[]],
  meter: Meter,
  observe: (call: ModelCall) => void,
): Models {
  const members = new Map(configured.map((model) => [model.card.id, createMember(model)]));
  const cards = configured.map(({ card }) => card);
  const list = () => cards.map((card) => ({ ...card, healthy: members.get(card.id)?.breaker.isClosed === true }));

  async function run<T extends Answer>(call: Call<T>): Promise<ModelResult<T>> {
    const { selection, size, maxSize, options } = call;
    const { caller, clientId, operation, signal } = options;
    const candidates = [...members.values()].map(({ card, breaker }) => ({ card, healthy: breaker.isClosed }));
    const selected = selectModels(selection, candidates, size);
    const payer = options.meter ?? meter;
    const charge = await payer.reserve(caller, maxCostMicros(cards, maxSize));
    const account = (model: string, usage: TokenUsage, micros: number) => {
      charge.settle(micros);
      payer.record({ caller, clientId, operation, model, ...usage, costMicros: micros, cached: false });
    };
    try {
      const result = await tryInOrder(selected, call);
      account(result.answer.model, result.answer.usage, result.costMicros);
      return result;
    } catch (error) {
      if (error instanceof ModelError && error.spent !== undefined) account(error.routing?.model ?? 'none', error.spent, error.costMicros);
      throw signal.aborted ? signal.reason : error;
    } finally {
      charge.release();
    }
  }

  /** Falls back to the next model after a failure, unless the answer has started. */
  async function tryInOrder<T extends Answer>(selected: Selection, call: Call<T>): Promise<ModelResult<T>> {
    const { selection, options } = call;
    const failed: Routing['failed'][number][] = [];
    for (const [index, choice] of selected.order.entries()) {
      const member = members.get(choice.model);
      if (member === undefined) continue;
      const routing = routingOf(selected, choice, failed);
      let hasStarted = false;
      const start = async () => {
        if (hasStarted) return;
        hasStarted = true;
        await options.onStart?.(routing);
      };
      const { onPart } = options;
      const part = onPart && ((text: string) => start().then(() => onPart(text)));
      try {
        const answer = await callModel(member, call, part, observe);
        await start();
        const degraded = choice.model !== selected.preferred;
        return { answer, routing, costMicros: costMicros(answer.usage, member.card), degraded };
      } catch (error) {
        if (!(error instanceof ModelError)) throw error;
        error.routing = routing;
        error.costMicros = error.spent === undefined ? 0 : costMicros(error.spent, member.card);
        const isLast = index + 1 === selected.order.length;
        const isRefusal = error.failure === 'rejected' && choice.model === selection.model;
        if (hasStarted || isLast || isRefusal || options.signal.aborted) throw error;
        failed.push({ model: choice.model, failure: error.failure });
      }
    }
    throw new Error('a selection is never empty');
  }

  return {
    list,
    chat: (selection, request, options) => {
      const size = sizeOfChat(request);
      return run({ selection, size, maxSize: size, options, ask: (model, ...rest) => model.chat(request, ...rest) });
    },
    captions: (selection, request, options) => {
      const size = sizeOfCaptions(request);
      const maxSize = { ...size, completionTokens: undefined };
      return run({ selection, size, maxSize, options, ask: (model, ...rest) => model.writeCaptions(request, ...rest) });
    },
  };
}

interface Member extends ConfiguredModel {
  readonly limiter: FairLimiter;
  readonly breaker: CircuitBreaker;
}

function createMember({ load, ...model }: ConfiguredModel): Member {
  let loading: Promise<TextModel> | undefined;
  return {
    ...model,
    load: () => {
      loading ??= load();
      return loading;
    },
    limiter: new FairLimiter(model.limits, (reason) => new ModelError('overloaded', `no slot for the call: ${reason}`)),
    breaker: new CircuitBreaker(model.limits.breaker),
  };
}

/** Calls one model. A stream is retried until its first part, and keeps its slot until its end. */
async function callModel<T extends Answer>(
  { card, load, limits, limiter, breaker }: Member,
  { options: { caller, fairnessKey = caller.id, signal }, ask }: Call<T>,
  onPart: OnPart | undefined,
  observe: (call: ModelCall) => void,
): Promise<T> {
  const report = startReport(card, signal, observe);
  let release = () => {};
  try {
    release = await limiter.acquire(fairnessKey, signal).finally(report.waited);
    const attempt = (opening: AbortSignal) =>
      startAttempt(async (...rest) => ask(await load(), ...rest), { limits, opening, signal, onPart });
    const start = (opening: AbortSignal) => withRetries(limits, opening, () => breaker.execute(() => attempt(opening)));
    const { whole } = await withDeadline(limits.totalSeconds * 1000 - report.elapsedMs(), outOfTime, start, signal);
    const answer = await (onPart === undefined ? whole : breaker.watchStream(whole));
    report.succeeded(answer.usage);
    return answer;
  } catch (error) {
    report.failed(error);
    throw error;
  } finally {
    release();
  }
}

function routingOf({ order, excluded }: Selection, { model, reason }: Choice, failed: Routing['failed']): Routing {
  const before = failed.map((each) => `${each.model}: ${each.failure}`).join(', ');
  return {
    model,
    reason: before === '' ? reason : `fallback after ${before}; ${reason}`,
    alternatives: [...order.filter((each) => each.model !== model), ...excluded],
    failed: [...failed],
  };
}
