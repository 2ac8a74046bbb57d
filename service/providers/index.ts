import type { TextModelSetting } from '../contract/text-models.ts';
import { timings } from '../contract/timings.ts';
import { cardOf, configuredModels, type ModelSettings } from './configuration.ts';
import { lazily } from './lazily.ts';
import { combineModels, type Models } from './models.ts';
import type { ModelCall } from './observing.ts';
import type { Resilience } from './policies.ts';
import { withResilience } from './resilience.ts';

const resilience: Resilience = {
  attemptSeconds: timings.modelAttempt,
  totalSeconds: timings.request,
  idleSeconds: timings.modelIdle,
  // Quick failures may use both; after slow ones the total ends the call.
  retries: 2,
  retryTimeouts: true,
  firstBackoffMs: 200,
  retryAfterSeconds: { wait: 2, most: 60 },
  breaker: { failures: 5, pauseMs: 10_000 },
  concurrency: 64,
  queue: 256,
};
/** Where others can take over, a silent model has one attempt, so that the next one has time within the same request. */
const withFallback: Resilience = { ...resilience, retryTimeouts: false, totalSeconds: timings.modelAttempt + 1 };

/** Libraries and tables are loaded with the first call: a start does not wait for them. */
function load(setting: TextModelSetting) {
  const card = cardOf(setting);
  return lazily(card, async () => {
    if (setting.provider === 'offline') return (await import('./offline/offline.ts')).createOfflineModel(card);
    const { api_key: apiKey, base_url: baseURL, model = setting.id } = setting;
    return (await import('./openai.ts')).createOpenAiModel({ card, apiKey, baseURL, model });
  });
}

/** The text models of the settings; `observe` hears of each call of each model. */
export function createModels(settings: ModelSettings, observe: (call: ModelCall) => void): Models {
  const configured = configuredModels(settings);
  const options = configured.length > 1 ? withFallback : resilience;
  const [first, ...rest] = configured.map((setting) => withResilience(load(setting), options, observe));
  if (first === undefined) throw new Error('no text model is configured');
  return combineModels([first, ...rest]);
}
