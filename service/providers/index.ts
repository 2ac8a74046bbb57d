import type { Settings } from '../contract/settings.ts';
import { timings } from '../contract/timings.ts';
import type { TextModel } from './model.ts';
import { type ModelCall, type Resilience, withResilience } from './resilience.ts';

type ModelSettings = Pick<Settings, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'OPENAI_MAX_TOKENS'>;

const resilience: Resilience = {
  attemptSeconds: timings.modelAttempt,
  totalSeconds: timings.request,
  // Quick failures may use both; after slow ones the total ends the call.
  retries: 2,
  firstBackoffMs: 200,
  breaker: { failures: 5, pauseMs: 10_000 },
  concurrency: 64,
  queue: 256,
};

/** An OpenAI-compatible endpoint where one is named; otherwise the offline model. */
export function createTextModel(settings: ModelSettings, observe: (call: ModelCall) => void): TextModel {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL } = settings;
  const options = { apiKey, baseURL, model: settings.OPENAI_MODEL, maxTokens: settings.OPENAI_MAX_TOKENS };
  const model =
    apiKey === undefined && baseURL === undefined
      ? lazily('offline', async () => (await import('./offline/offline.ts')).createOfflineModel())
      : lazily('openai', async () => (await import('./openai.ts')).createOpenAiModel(options));
  return withResilience(model, resilience, observe);
}

/** Libraries and tables are loaded with the first call: a start does not wait for them. */
function lazily(id: string, load: () => Promise<TextModel>): TextModel {
  let loaded: Promise<TextModel> | undefined;
  return {
    id,
    async writeCaptions(request, signal) {
      loaded ??= load();
      return (await loaded).writeCaptions(request, signal);
    },
  };
}
