import { hash, randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Cache } from '../adapters/cache.ts';
import { timings } from '../contract/timings.ts';
import { Problem, unavailable } from '../http/problem.ts';
import { type CaptionDraft, type CaptionRequest, ModelError } from '../providers/model.ts';
import type { Models } from '../providers/models.ts';
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
export type Generate = (request: GenerateRequest, signal: AbortSignal) => Promise<z.input<typeof generateResponse>>;

/** Writes captions with a model, once for the same request within the cache's time. */
export function createGenerate(models: Models, cache: Cache<CaptionDraft>, setup: string): Generate {
  return async ({ content_description: description, style, audience, language, count = defaultCount }, signal) => {
    const request: CaptionRequest = { description, style, audience, language, count };
    const write = async (left: AbortSignal) => {
      const limit = AbortSignal.any([left, AbortSignal.timeout(timings.request * 1000)]);
      return (await models.captions({ needs: ['captions'] }, request, limit)).answer;
    };
    const { value, level } = await cache.get(cacheKey(setup, request), write, signal).catch((error: unknown) => {
      throw problemOf(error);
    });
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
