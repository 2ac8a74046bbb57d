import { type ModelCard, ModelError, type TextModel, type TextStream, type TokenUsage } from './model.ts';
import { type ModelResult, type Models, RoutedError, type Started, sizeOfCaptions, sizeOfChat } from './models.ts';
import type { ResilientModel } from './resilience.ts';
import { type Candidate, type Choice, type ModelSelection, type Plan, plan, type Routing, type Size } from './selection.ts';
import { whole } from './streaming.ts';
import { costMicros } from './tokens.ts';

/** Whether another model may answer after this failure. */
function goesOn(error: unknown, ask: ModelSelection, model: string, signal: AbortSignal): error is ModelError {
  if (!(error instanceof ModelError) || signal.aborted || ask.fallback === false) return false;
  return !(error.failure === 'rejected' && ask.model === model);
}

/** @throws {RoutedError} `unknown` or `unsuitable` where nobody can be asked. */
function planned(ask: ModelSelection, candidates: readonly Candidate[], size: Size): Plan {
  if (ask.model !== undefined && !candidates.some(({ card }) => card.id === ask.model)) {
    throw new RoutedError(new ModelError('unknown', `there is no model ${JSON.stringify(ask.model)}`));
  }
  const decided = plan(ask, candidates, size);
  const named = decided.excluded.filter(({ model }) => model === ask.model);
  if (named.length === 0 && decided.order.length > 0) return decided;
  const why = (named.length > 0 ? named : decided.excluded).map(({ model, reason }) => `${model} ${reason}`).join('; ');
  throw new RoutedError(new ModelError('unsuitable', `no model fits the request: ${why}`));
}

/** The models as one, with routing and fallback. */
export function combineModels(members: readonly [ResilientModel, ...ResilientModel[]]): Models {
  const byId = new Map(members.map((member) => [member.card.id, member]));
  const candidates = () => members.map(({ card, healthy }) => ({ card, healthy: healthy() }));

  /** Tries one model after the other. Not told to go on once something was sent. */
  async function* route<T extends { usage: TokenUsage }>(
    ask: ModelSelection,
    size: Size,
    open: (model: TextModel) => TextStream<T>,
    signal: AbortSignal,
    started?: Started,
  ): TextStream<ModelResult<T>> {
    const decided = planned(ask, candidates(), size);
    const failed: { model: string; failure: ModelError['failure'] }[] = [];
    for (const [at, choice] of decided.order.entries()) {
      const model = byId.get(choice.model);
      if (model === undefined) continue;
      const stream = open(model.as(ask.caller));
      let sent = false;
      try {
        for (let step = await stream.next(); ; step = await stream.next()) {
          if (step.done) {
            return {
              answer: step.value,
              routing: routingOf(decided, choice, failed),
              costMicros: costMicros(step.value.usage, model.card),
              degraded: choice.model !== decided.preferred,
            };
          }
          if (!sent) started?.(routingOf(decided, choice, failed));
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
    list: () => candidates().map(({ card, healthy }) => ({ ...card, healthy })),
    chat: (ask, request, signal) => whole(route(ask, sizeOfChat(request), (model) => once(model.chat(request, signal)), signal)),
    streamChat: (ask, request, signal, started) =>
      route(ask, sizeOfChat(request), (model) => model.streamChat(request, signal), signal, started),
    captions: (ask, request, signal) =>
      whole(route(ask, sizeOfCaptions(request), (model) => once(model.writeCaptions(request, signal)), signal)),
    streamCaptions: (ask, request, signal, started) =>
      route(ask, sizeOfCaptions(request), (model) => model.streamCaptions(request, signal), signal, started),
  };
}

/** An answer as a stream that sends nothing before its end. */
// biome-ignore lint/correctness/useYield: a stream without parts
async function* once<T>(answer: Promise<T>): TextStream<T> {
  return await answer;
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
