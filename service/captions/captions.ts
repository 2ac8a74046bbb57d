import { hash, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Caller } from '../accounts/caller.ts';
import type { Cache } from '../adapters/cache.ts';
import { timings } from '../contract/timings.ts';
import { Problem, unavailable } from '../http/problem.ts';
import { type CaptionDraft, type CaptionRequest, ModelError } from '../providers/model.ts';
import { type Models, sizeOfCaptions } from '../providers/models.ts';
import { mostMicros } from '../providers/routing.ts';
import { type BilledTo, billed, nothingSpent } from '../usage/billed.ts';
import type { Metering } from '../usage/metering.ts';
import { defaultCount, type GenerateRequest, type generateResponse } from './schema.ts';

/** A failure of the model as the problem that the caller is told. */
function problemOf(error: unknown): unknown {
  if (error instanceof ModelError) {
    if (error.failure === 'timeout') return new Problem('timeout', { cause: error });
    if (error.failure === 'overloaded') return unavailable('The text model is overloaded.', 5, error);
    return new Problem('model_failed', { cause: error });
  }
  return error instanceof DOMException && error.name === 'TimeoutError' ? new Problem('timeout', { cause: error }) : error;
}

/** Everything that changes the answer, and nothing that does not. `setup` tells one configuration of models from another. */
const cacheKey = (setup: string, { description, style, audience, language, count }: CaptionRequest) =>
  hash('sha256', JSON.stringify([setup, description, style, audience, language, count]));

/** A caller whose `signal` aborts leaves; the model is asked no further once nobody waits for it. */
export type Generate = (request: GenerateRequest, caller: Caller, signal: AbortSignal) => Promise<z.input<typeof generateResponse>>;

interface Paying {
  readonly models: Models;
  readonly metering: Metering;
}

const isExhausted = (error: unknown) => error instanceof Problem && error.code === 'budget_exhausted';

/** Writes captions with a model, once for the same request within the cache's time; who has them written pays for it. */
export function createGenerate({ models, metering }: Paying, cache: Cache<CaptionDraft>, setup: string): Generate {
  async function write(request: CaptionRequest, to: BilledTo, left: AbortSignal): Promise<CaptionDraft> {
    const most = mostMicros(models.list(), { ...sizeOfCaptions(request), completionTokens: undefined });
    const limit = AbortSignal.any([left, AbortSignal.timeout(timings.request * 1000)]);
    return (await billed(metering, to, most, () => models.captions({ needs: ['captions'] }, request, limit))).answer;
  }
  async function find(request: CaptionRequest, to: BilledTo, signal: AbortSignal): ReturnType<typeof cache.get> {
    let paid = false;
    const pay = (left: AbortSignal) => {
      paid = true;
      return write(request, to, left);
    };
    try {
      const found = await cache.get(cacheKey(setup, request), pay, signal);
      if (!paid) metering.record({ ...to, model: found.value.model, ...nothingSpent, cached: true });
      return found;
    } catch (error) {
      // It was another caller's budget that did not suffice.
      if (!paid && isExhausted(error)) return find(request, to, signal);
      throw problemOf(error);
    }
  }
  return async (
    { content_description: description, style, audience, language, client_id: clientId, count = defaultCount },
    caller,
    signal,
  ) => {
    const request: CaptionRequest = { description, style, audience, language, count };
    const { value, level } = await find(request, { caller, clientId, operation: 'generate' }, signal);
    const [caption, ...alternatives] = value.captions;
    const { promptTokens: prompt_tokens, completionTokens: completion_tokens } = value.usage;
    return {
      id: randomUUID(),
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
