import type { ModelResult, Models } from './models.ts';

/** Calls `onFallback` with each model that responded in place of the preferred one. */
export function withFallbackCount(models: Models, onFallback: (model: string) => void): Models {
  async function counted<T>(call: Promise<ModelResult<T>>): Promise<ModelResult<T>> {
    const result = await call;
    if (result.degraded) onFallback(result.routing.model);
    return result;
  }
  return {
    list: models.list,
    chat: (...call) => counted(models.chat(...call)),
    captions: (...call) => counted(models.captions(...call)),
    embed: (...call) => counted(models.embed(...call)),
  };
}
