import { withDeadline } from '../runtime/deadline.ts';
import { FairLimiter, type LimiterOptions } from '../runtime/fair-limiter.ts';
import { traced } from '../telemetry/traced.ts';
import type { Meter } from '../usage/metering.ts';
import { type AttemptLimits, startAttempt } from './attempt.ts';
import { startReport } from './call-report.ts';
import type { EmbeddingAnswer, EmbeddingRequest, TokenUsage } from './chat.ts';
import { type BreakerLimits, CircuitBreaker } from './circuit-breaker.ts';
import { forInstagram } from './instagram.ts';
import type { Choice, ModelCard, ModelFailure, OnPart, Routing, TextModel } from './model.ts';
import { ModelError } from './model-error.ts';
import type { CallOptions, ModelCall, ModelResult, Models } from './models.ts';
import { type RetryLimits, withRetries } from './retry.ts';
import { type ModelSelection, maxCostMicros, type Selection, selectModels } from './selection.ts';
import { costMicros, type Size, sizeOfCaptions, sizeOfChat, sizesOfEmbedding } from './tokens.ts';

/*
 * Every call of a text model, in this order:
 *
 *   1. select the models to try        selection.ts
 *   2. reserve the budget              usage/metering.ts
 *   for one model after the other, until one answers:
 *   3. limit the concurrency           runtime/fair-limiter.ts
 *   4. retry                           retry.ts
 *   5. circuit breaker                 circuit-breaker.ts
 *   6. time limits                     attempt.ts
 *   7. call the provider               providers/
 *   8. account for usage and cost      call-report.ts, usage/metering.ts
 */

/** How calls of one model are limited. */
export interface CallLimits extends AttemptLimits, LimiterOptions, RetryLimits {
  /** Maximum time of a call: the wait for a slot, attempts and pauses; of a stream: until it starts. */
  readonly totalSeconds: number;
  /** Limits of a conversation in place of the two above: its answers may be long. */
  readonly conversation: { readonly attemptSeconds?: number; readonly totalSeconds?: number };
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

/** One call, for any model. */
interface Call<T, P> {
  readonly selection: ModelSelection;
  readonly size: Size;
  /** The size that the budget must cover. */
  readonly maxSize: Size;
  readonly options: CallOptions<P>;
  readonly invoke: (model: TextModel, signal: AbortSignal, onPart: OnPart<P> | undefined) => Promise<T>;
}

/**
 * @param meter charges calls that have no meter of their own
 * @param observe receives a report of each model that was called
 */
export function createPipeline(
  configured: readonly [ConfiguredModel, ...ConfiguredModel[]],
  meter: Meter,
  observe: (call: ModelCall) => void,
): Models {
  const members = configured.map((model) => new Member(model, observe));
  const cards = configured.map(({ card }) => card);
  const candidates = () => members.map(({ card, breaker }) => ({ card, healthy: breaker.isClosed }));

  async function run<T extends Answer, P>(call: Call<T, P>): Promise<ModelResult<T>> {
    const { caller, clientId, operation, signal, meter: payer = meter } = call.options;
    const selected = selectModels(call.selection, candidates(), call.size);
    const charge = await payer.reserve(caller, maxCostMicros(cards, call.maxSize));
    const account = (model: string, usage: TokenUsage, micros: number) => {
      charge.settle(micros);
      payer.record({ caller, clientId, operation, model, ...usage, costMicros: micros, cached: false });
    };
    try {
      const result = await callInOrder(members, selected, call);
      account(result.answer.model, result.answer.usage, result.costMicros);
      return result;
    } catch (error) {
      if (error instanceof ModelError && error.spent !== undefined) account(error.routing?.model ?? 'none', error.spent, error.costMicros);
      throw signal.aborted ? signal.reason : error;
    } finally {
      charge.release();
    }
  }

  return {
    list: () => candidates().map(({ card, healthy }) => ({ ...card, healthy })),
    chat: (selection, request, options) => {
      const size = sizeOfChat(request);
      return run({ selection, size, maxSize: size, options, invoke: (model, ...rest) => model.chat(request, ...rest) });
    },
    captions: (selection, request, options) => {
      const size = sizeOfCaptions(request);
      return run({
        selection,
        size,
        maxSize: size,
        options,
        invoke: (model, ...rest) => forInstagram(model.writeCaptions)(request, ...rest),
      });
    },
    embed: (selection, request, options) =>
      run({ selection, ...sizesOfEmbedding(request), options, invoke: (model, signal) => embedWith(model, request, signal) }),
  };
}

/** The selection includes models with embeddings only. */
async function embedWith(model: TextModel, request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingAnswer> {
  if (model.embed === undefined) throw new ModelError('misconfigured', 'the provider has no embeddings');
  return model.embed(request, signal);
}

/** Failures that the request causes. */
const rejections = new Set<ModelFailure>(['rejected', 'context_length']);

/** Calls one model after the other until one answers. After the start of a stream there is no fallback. */
async function callInOrder<T extends Answer, P>(
  members: readonly Member[],
  selected: Selection,
  call: Call<T, P>,
): Promise<ModelResult<T>> {
  const { onPart, onStart, signal } = call.options;
  const failed: Routing['failed'][number][] = [];
  let first: ModelError | undefined;
  for (const [index, choice] of selected.order.entries()) {
    const member = members.find(({ card }) => card.id === choice.model);
    if (member === undefined) continue;
    const routing = routingOf(selected, choice, failed);
    let hasStarted = false;
    const start = async () => {
      if (hasStarted) return;
      hasStarted = true;
      await onStart?.(routing);
    };
    try {
      const answer = await member.call(call, onPart && ((part) => start().then(() => onPart(part))));
      await start();
      return { answer, routing, costMicros: costMicros(answer.usage, member.card), degraded: choice.model !== selected.preferred };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      error.routing = routing;
      error.costMicros = error.spent === undefined ? 0 : costMicros(error.spent, member.card);
      const isLast = index + 1 === selected.order.length;
      // Another model would get the same wrong request.
      const isNamedRejection = rejections.has(error.failure) && choice.model === call.selection.model;
      // The description may suit the model that failed: its failure is the reason.
      if (error.failure === 'unusable_description' && first !== undefined) throw first;
      if (hasStarted || isLast || isNamedRejection || signal.aborted) throw error;
      first ??= error;
      failed.push({ model: choice.model, failure: error.failure });
    }
  }
  throw new Error('a selection is never empty');
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

const outOfTime = () => new ModelError('timeout', 'the model did not answer in time');

/** One model and the state of its limits. */
class Member {
  readonly card: ModelCard;
  readonly breaker: CircuitBreaker;
  readonly #limits: CallLimits;
  readonly #limiter: FairLimiter;
  readonly #load: () => Promise<TextModel>;
  readonly #observe: (call: ModelCall) => void;
  #model: Promise<TextModel> | undefined;

  constructor({ card, load, limits }: ConfiguredModel, observe: (call: ModelCall) => void) {
    this.card = card;
    this.breaker = new CircuitBreaker(limits.breaker);
    this.#limits = limits;
    this.#limiter = new FairLimiter(limits, (reason) => new ModelError('overloaded', `no slot for the call: ${reason}`));
    this.#load = load;
    this.#observe = observe;
  }

  /** Steps 3 to 8. A stream is retried until its first part, and keeps its slot until its end. */
  call<T extends Answer, P>(call: Call<T, P>, onPart: OnPart<P> | undefined): Promise<T> {
    const operation = call.options.operation === 'embedding' ? 'embeddings' : 'chat';
    const attributes = { 'gen_ai.operation.name': operation, 'gen_ai.request.model': this.card.id };
    return traced(
      () => ({ name: `${operation} ${this.card.id}`, kind: 'client', attributes, propagates: true }),
      () => this.#call(call, onPart),
    );
  }

  async #call<T extends Answer, P>({ options, invoke }: Call<T, P>, onPart: OnPart<P> | undefined): Promise<T> {
    const { caller, signal, operation, fairnessKey = caller.id } = options;
    const limits = operation === 'chat' ? { ...this.#limits, ...this.#limits.conversation } : this.#limits;
    const report = startReport(this.card, signal, this.#observe);
    let release = () => {};
    try {
      release = await this.#limiter.acquire(fairnessKey, signal).finally(report.waited);
      const loaded = async (...rest: [AbortSignal, OnPart<P> | undefined]) => invoke(await this.#loaded(), ...rest);
      const attempt = (opening: AbortSignal) => startAttempt(loaded, { limits, opening, signal, onPart });
      const start = (opening: AbortSignal) => withRetries(limits, opening, () => this.breaker.execute(() => attempt(opening)));
      const { whole } = await withDeadline(limits.totalSeconds * 1000 - report.elapsedMs(), outOfTime, start, signal);
      const answer = await (onPart === undefined ? whole : this.breaker.watchStream(whole));
      report.succeeded(answer.usage);
      return answer;
    } catch (error) {
      report.failed(error);
      throw error;
    } finally {
      release();
    }
  }

  #loaded(): Promise<TextModel> {
    this.#model ??= this.#load();
    return this.#model;
  }
}
