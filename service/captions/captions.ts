import { hash, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { timings } from '../../contract/timings.ts';
import type { Cache } from '../cache/cache.ts';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import type { EventOf } from '../http/server-sent-events.ts';
import type { Emit } from '../http/stream.ts';
import { problemOf } from '../providers/failure.ts';
import type { CaptionDraft, CaptionRequest } from '../providers/model.ts';
import { type Models, sizeOfCaptions } from '../providers/models.ts';
import { type ModelSelection, maxCostMicros } from '../providers/selection.ts';
import { whole } from '../providers/streaming.ts';
import { deadlineSignal } from '../runtime/deadline.ts';
import type { Meter } from '../usage/metering.ts';
import { type BillingContext, withBilling, zeroUsage } from '../usage/with-billing.ts';
import { defaultCount, type GenerateRequest, type generateEvents, type generateResponse } from './schema.ts';

/** Everything that changes the answer, and nothing that does not. `setup` tells one configuration of models from another. */
const cacheKey = (setup: string, { description, style, audience, language, count }: CaptionRequest, { model, prefer }: ModelSelection) =>
  hash('sha256', JSON.stringify([setup, description, style, audience, language, count, model, prefer]));

/** What is kept of an answer; `makeshift`: a model wrote it in the place of a better one that failed. */
type Kept = CaptionDraft & { readonly makeshift: boolean };

/** Seconds that a makeshift is kept: those who ask meanwhile do not all wait for the model that fails. */
const makeshiftSeconds = 10;
/** Seconds that captions are kept; undefined: as long as the cache keeps anything. */
export const keptFor = ({ makeshift }: Pick<Kept, 'makeshift'>) => (makeshift ? makeshiftSeconds : undefined);

type Answer = z.input<typeof generateResponse>;
/** Hears of an answer while it is written. */
export type Hear = Emit<EventOf<typeof generateEvents>>;

/**
 * A caller whose `signal` aborts leaves; the model is asked no further once nobody waits for it. With `hear`, the captions are told
 * as soon as each is finished: those that were written before, or for another caller who asks for the same, all at once.
 */
export type Generate = (request: GenerateRequest, caller: Caller, signal: AbortSignal, hear?: Hear) => Promise<Answer>;

interface Paying {
  readonly models: Models;
  readonly metering: Meter;
}

const isExhausted = (error: unknown) => error instanceof Problem && error.code === 'budget_exhausted';

/** Writes captions with a model, once for the same request within the cache's time; who has them written pays for it. */
export function createGenerate({ models, metering }: Paying, cache: Cache<Kept>, setup: string): Generate {
  async function write(
    ask: ModelSelection,
    request: CaptionRequest,
    to: BillingContext,
    left: AbortSignal,
    telling?: Telling,
  ): Promise<Kept> {
    const most = maxCostMicros(models.list(), { ...sizeOfCaptions(request), completionTokens: undefined });
    const limit = AbortSignal.any([left, deadlineSignal((telling === undefined ? timings.request : timings.stream) * 1000)]);
    const work = () =>
      telling === undefined
        ? models.captions(ask, request, limit)
        : whole(
            models.streamCaptions(ask, request, limit, ({ model }) => telling.start(model)),
            telling.caption,
          );
    try {
      const { answer, degraded: makeshift } = await withBilling(metering, to, most, work);
      return { ...answer, makeshift };
    } catch (error) {
      throw problemOf(error, limit);
    }
  }
  async function find(
    ask: ModelSelection,
    request: CaptionRequest,
    to: BillingContext,
    signal: AbortSignal,
    telling?: Telling,
  ): ReturnType<typeof cache.get> {
    let paid = false;
    const pay = (left: AbortSignal) => {
      paid = true;
      return write(ask, request, to, left, telling);
    };
    try {
      const found = await cache.get(cacheKey(setup, request, ask), pay, signal);
      if (!paid) metering.record({ ...to, model: found.value.model, ...zeroUsage, cached: true });
      return found;
    } catch (error) {
      // It was another caller's budget that did not suffice.
      if (!paid && isExhausted(error)) return find(ask, request, to, signal, telling);
      throw problemOf(error, signal);
    }
  }
  return async (
    { content_description: description, style, audience, language, client_id: clientId, count = defaultCount, model, prefer },
    caller,
    signal,
    hear,
  ) => {
    const request: CaptionRequest = { description, style, audience, language, count };
    const ask: ModelSelection = { model, prefer, needs: hear === undefined ? ['captions'] : ['captions', 'streaming'], caller: caller.id };
    const id = randomUUID();
    const telling = hear === undefined ? undefined : tellingOf(id, hear);
    const { value, level } = await find(ask, request, { caller, clientId, operation: 'generate' }, signal, telling);
    await telling?.rest(value);
    const [caption, ...alternatives] = value.captions;
    const { promptTokens: prompt_tokens, completionTokens: completion_tokens } = value.usage;
    return {
      id,
      caption,
      alternatives,
      hashtags: [...value.hashtags],
      style,
      audience,
      language: value.language,
      model: value.model,
      cached: level !== 'none',
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    };
  };
}

/** The events of one answer: its start once, then each caption once. */
interface Telling {
  start(model: string): Promise<void>;
  caption(caption: string): Promise<void>;
  /** What was not told before. */
  rest(draft: CaptionDraft): Promise<void>;
}
function tellingOf(id: string, hear: Hear): Telling {
  let started = false;
  let index = 0;
  const start = async (model: string) => {
    if (started) return;
    started = true;
    await hear({ event: 'start', data: { id, model } });
  };
  const caption = (text: string) => hear({ event: 'caption', data: { index: index++, caption: text } });
  return {
    start,
    caption,
    async rest({ model, captions }) {
      await start(model);
      for (const text of captions.slice(index)) await caption(text);
    },
  };
}
