import type { TextModelSetting } from '../../contract/text-models.ts';
import { timings } from '../../contract/timings.ts';
import { cardOf, configuredModels, type ModelSettings } from './configuration.ts';
import { lazily } from './lazily.ts';
import type { Models } from './models.ts';
import type { ModelCall } from './observing.ts';
import { combineModels } from './pipeline.ts';
import type { Resilience } from './policies.ts';
import { withResilience } from './resilience.ts';

/**
 * How a model's calls are guarded. Where others can take over, a silent model has one attempt only, so that the next one
 * has time within the same request.
 */
const resilienceOf = ({ timeout_seconds: attemptSeconds }: TextModelSetting, isAlone: boolean): Resilience => ({
  attemptSeconds,
  totalSeconds: isAlone ? Math.max(timings.request, attemptSeconds) : attemptSeconds + 1,
  idleSeconds: timings.modelIdle,
  // Quick failures may use both; after slow ones the total ends the call.
  retries: 2,
  retryTimeouts: isAlone,
  firstBackoffMs: 200,
  retryAfterSeconds: { wait: 2, most: 60 },
  breaker: { failures: 5, pauseMs: 10_000 },
  concurrency: 64,
  // Of each caller.
  queue: 256,
  // Less where another model can answer meanwhile.
  maxWaitMs: (isAlone ? timings.modelWait : timings.modelWait / 2) * 1000,
});

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
  const guarded = configured.map((setting) => withResilience(load(setting), resilienceOf(setting, configured.length === 1), observe));
  const [first, ...rest] = guarded;
  if (first === undefined) throw new Error('no text model is configured');
  return combineModels([first, ...rest]);
}
