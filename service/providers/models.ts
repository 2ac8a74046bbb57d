import {
  type CaptionDraft,
  type CaptionRequest,
  type ChatAnswer,
  type ChatRequest,
  type ModelCard,
  ModelError,
  type TextModel,
  type TextStream,
  type TokenUsage,
} from './model.ts';
import type { ResilientModel } from './resilience.ts';
import { type Ask, type Choice, type Plan, plan, type Routing, type Size } from './routing.ts';
import { costMicros, estimatePrompt, estimateTokens } from './tokens.ts';

/** An answer, which model gave it and why, and what it cost. */
export interface Routed<T> {
  readonly answer: T;
  readonly routing: Routing;
  /** Micro-US-dollars, whole: the provider's own count of tokens at the prices of the model's card. Attempts that failed before are not in it. */
  readonly costMicros: number;
}

/** A failure of all models that were tried, with the last one's reason; `spent` and `costMicros` are the last one's too. */
export class RoutedError extends ModelError {
  /** What was tried and considered; `model` failed last. Undefined where no model fits the request. */
  readonly routing: Routing | undefined;
  /** What has to be billed although it failed, in micro-US-dollars. */
  readonly costMicros: number;
  constructor(error: ModelError, routing: Routing | undefined, micros: number) {
    super(error.failure, error.message, { cause: error, spent: error.spent, retryAfterSeconds: error.retryAfterSeconds });
    this.routing = routing;
    this.costMicros = micros;
  }
}

/**
 * The text models together. All methods throw a RoutedError, or the caller's own reason where it leaves before anything has arrived.
 * To leave a stream and learn what it cost, abort its signal and read on: the next read throws a RoutedError `cancelled`.
 */
export interface Models {
  /** In the order of preference. */
  list(): readonly (ModelCard & { readonly healthy: boolean })[];
  chat(ask: Ask, request: ChatRequest, signal: AbortSignal): Promise<Routed<ChatAnswer>>;
  streamChat(ask: Ask, request: ChatRequest, signal: AbortSignal): TextStream<Routed<ChatAnswer>>;
  captions(ask: Ask, request: CaptionRequest, signal: AbortSignal): Promise<Routed<CaptionDraft>>;
  streamCaptions(ask: Ask, request: CaptionRequest, signal: AbortSignal): TextStream<Routed<CaptionDraft>>;
}

/** Instructions for captions, and what one caption with its share of the hashtags takes at most. */
const captionInstructions = 200;
const tokensPerCaption = 150;

const sizeOfChat = (request: ChatRequest): Size => ({ promptTokens: estimatePrompt(request), completionTokens: request.maxTokens });
export const sizeOfCaptions = ({ description, count }: CaptionRequest): Size => ({
  promptTokens: captionInstructions + estimateTokens(description),
  completionTokens: count * tokensPerCaption,
});

/** Whether another model may answer after this failure. */
function goesOn(error: unknown, ask: Ask, model: string, signal: AbortSignal): error is ModelError {
  if (!(error instanceof ModelError) || signal.aborted || ask.fallback === false) return false;
  return !(error.failure === 'rejected' && ask.model === model);
}

export function combineModels(members: readonly [ResilientModel, ...ResilientModel[]]): Models {
  const byId = new Map(members.map(({ model }) => [model.card.id, model]));

  function planned(ask: Ask, size: Size): Plan & { readonly first: Choice } {
    if (ask.model !== undefined && !byId.has(ask.model)) {
      throw new RoutedError(new ModelError('unknown', `there is no model ${JSON.stringify(ask.model)}`), undefined, 0);
    }
    const candidates = members.map(({ model, healthy }) => ({ card: model.card, healthy: healthy() }));
    const decided = plan(ask, candidates, size);
    const refused =
      decided.excluded.find(({ model }) => model === ask.model) ?? (decided.order.length === 0 ? decided.excluded[0] : undefined);
    const [first] = decided.order;
    if (refused === undefined && first !== undefined) return { ...decided, first };
    const why = decided.excluded.map(({ model, reason }) => `${model} ${reason}`).join('; ');
    throw new RoutedError(
      new ModelError('unsuitable', `no model fits the request: ${refused ? `${refused.model} ${refused.reason}` : why}`),
      undefined,
      0,
    );
  }

  /** Tries one model after the other. Not told to go on once something was sent. */
  async function* route<T extends { usage: TokenUsage }>(
    ask: Ask,
    size: Size,
    open: (model: TextModel) => TextStream<T>,
    signal: AbortSignal,
  ): TextStream<Routed<T>> {
    const decided = planned(ask, size);
    const failed: { model: string; failure: ModelError['failure'] }[] = [];
    for (const [at, choice] of decided.order.entries()) {
      const model = byId.get(choice.model);
      if (model === undefined) continue;
      const stream = open(model);
      let sent = false;
      try {
        for (let step = await stream.next(); ; step = await stream.next()) {
          if (step.done) {
            return {
              answer: step.value,
              routing: routingOf(decided, choice, failed),
              costMicros: costMicros(step.value.usage, model.card),
            };
          }
          sent = true;
          yield step.value;
        }
      } catch (error) {
        if (sent || at + 1 === decided.order.length || !goesOn(error, ask, choice.model, signal)) {
          throw routedError(error, routingOf(decided, choice, failed), model.card);
        }
        failed.push({ model: choice.model, failure: error.failure });
      } finally {
        await stream[Symbol.asyncDispose]();
      }
    }
    throw new Error('a plan has an order');
  }

  return {
    list: () => members.map(({ model, healthy }) => ({ ...model.card, healthy: healthy() })),
    chat: (ask, request, signal) => whole(route(ask, sizeOfChat(request), (model) => once(model.chat(request, signal)), signal)),
    streamChat: (ask, request, signal) => route(ask, sizeOfChat(request), (model) => model.streamChat(request, signal), signal),
    captions: (ask, request, signal) =>
      whole(route(ask, sizeOfCaptions(request), (model) => once(model.writeCaptions(request, signal)), signal)),
    streamCaptions: (ask, request, signal) => route(ask, sizeOfCaptions(request), (model) => model.streamCaptions(request, signal), signal),
  };
}

/** An answer as a stream that sends nothing before its end. */
// biome-ignore lint/correctness/useYield: a stream without parts
async function* once<T>(answer: Promise<T>): TextStream<T> {
  return await answer;
}

async function whole<T>(stream: TextStream<T>): Promise<T> {
  for (;;) {
    const step = await stream.next();
    if (step.done) return step.value;
  }
}

function routingOf({ order, excluded }: Plan, { model, reason }: Choice, failed: Routing['failed']): Routing {
  const tried = failed.map((each) => `${each.model}: ${each.failure}`).join(', ');
  const others = order.filter((each) => each.model !== model);
  return {
    model,
    reason: tried === '' ? reason : `takes over after ${tried}; ${reason}`,
    alternatives: [...others, ...excluded],
    failed: [...failed],
  };
}

function routedError(error: unknown, routing: Routing, card: ModelCard): unknown {
  if (!(error instanceof ModelError)) return error;
  return new RoutedError(error, routing, error.spent === undefined ? 0 : costMicros(error.spent, card));
}
