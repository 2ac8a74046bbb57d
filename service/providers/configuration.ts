import { knownModel, knownModelsDate } from '../../contract/known-models.ts';
import type { Settings } from '../../contract/settings.ts';
import { type TextModelSetting, textModel } from '../../contract/text-models.ts';
import { timings } from '../../contract/timings.ts';
import type { ModelCard } from '../models/model.ts';
import type { ModelCall, Models } from '../models/models.ts';
import { type CallLimits, type ConfiguredModel, createPipeline } from '../models/pipeline.ts';
import type { Meter } from '../usage/metering.ts';
import { providerKinds } from './provider-kinds.ts';

export type ModelSettings = Pick<Settings, 'TEXT_MODELS' | 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'OPENAI_MAX_TOKENS'>;

/** The models of the settings in the order of preference: TEXT_MODELS, else OPENAI_* if a key or an endpoint is set, else offline. */
export function configuredModels(settings: ModelSettings): readonly TextModelSetting[] {
  const { TEXT_MODELS, OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, OPENAI_MAX_TOKENS } = settings;
  if (TEXT_MODELS !== undefined) return TEXT_MODELS;
  if (OPENAI_API_KEY === undefined && OPENAI_BASE_URL === undefined) return [textModel.parse({ provider: 'offline', id: 'offline' })];
  return [
    {
      ...textModel.parse({ provider: 'openai', id: 'openai', model: OPENAI_MODEL, caption_tokens: OPENAI_MAX_TOKENS }),
      name: OPENAI_MODEL,
      api_key: OPENAI_API_KEY,
      base_url: OPENAI_BASE_URL,
    },
  ];
}

/** Context window of a model about which neither the settings nor the table of known models say anything. */
const assumedContext = 128_000;

/** What callers may know of a configured model: no key, no address. Settings come before the table of known models. */
export function cardOf(setting: TextModelSetting): ModelCard {
  const { description, capabilities, card } = providerKinds[setting.provider];
  const known = knownModel(setting);
  const contextTokens = setting.context_tokens ?? known?.contextTokens ?? assumedContext;
  return {
    id: setting.id,
    name: setting.name ?? setting.model ?? setting.id,
    description: setting.description ?? description,
    capabilities: setting.capabilities ?? known?.capabilities ?? capabilities,
    pricePerMillion: setting.price ?? known?.price ?? { input: 0, output: 0 },
    priceKnown: (setting.price ?? known) !== undefined,
    typicalLatencyMs: setting.latency_ms,
    contextTokens,
    maxTokens: setting.max_tokens ?? known?.maxTokens ?? contextTokens,
    fallbackOnly: false,
    ...card,
  };
}

/** Where the price of each configured model comes from, for the log. */
export function describePrices(settings: ModelSettings): readonly { readonly model: string; readonly price: string }[] {
  const dollars = ({ input, output }: ModelCard['pricePerMillion']) => `${input} / ${output} USD per million tokens`;
  return configuredModels(settings).map((setting) => {
    const { id, pricePerMillion } = cardOf(setting);
    const known = knownModel(setting);
    const source = setting.price ? 'TEXT_MODELS' : known && `list price of ${known.name}, ${knownModelsDate}`;
    const isFree = setting.provider === 'offline';
    return {
      model: id,
      price: source ? `${dollars(pricePerMillion)} (${source})` : isFree ? 'free' : 'unknown: set "price" in TEXT_MODELS',
    };
  });
}

/** Identifies a configuration in cache keys: everything that changes an answer, without keys. */
export function configurationKey(settings: ModelSettings): string {
  return JSON.stringify(
    configuredModels(settings).map(({ id, provider, base_url, model, max_tokens, caption_tokens }) => [
      id,
      provider,
      base_url,
      model,
      max_tokens,
      caption_tokens,
    ]),
  );
}

/** Longest Retry-After, in seconds, that a call waits for; a longer one opens the circuit. */
const maxRetryAfter = 2;

/** If other models are configured, a silent one has one attempt only: then the next has time within the same request. */
const timesOf = (attemptSeconds: number, isOnly: boolean) => ({
  attemptSeconds,
  totalSeconds: isOnly ? Math.max(timings.request, attemptSeconds) : attemptSeconds + 1,
});

const conversationTimes = ({ timeout_seconds: given = timings.chatAttempt }: TextModelSetting, isOnly: boolean) => timesOf(given, isOnly);

const limitsOf = (setting: TextModelSetting, isOnly: boolean): CallLimits => ({
  ...timesOf(setting.timeout_seconds ?? timings.modelAttempt, isOnly),
  conversation: conversationTimes(setting, isOnly),
  idleSeconds: timings.modelIdle,
  // Quick failures may use both; after slow ones the total time ends the call.
  retries: 2,
  retryTimeouts: isOnly,
  backoff: { firstMs: 200, longestMs: 2000 },
  maxRetryAfterSeconds: maxRetryAfter,
  breaker: { failures: 5, pauseMs: 10_000, retryAfterSeconds: { min: maxRetryAfter, max: 60 } },
  concurrency: 64,
  queue: 256,
  // Shorter if another model can answer meanwhile.
  maxWaitMs: (isOnly ? timings.modelWait : timings.modelWait / 2) * 1000,
});

const isOnlyOf = (list: readonly unknown[]) => list.length === 1;

/** Maximum seconds of a request that calls models: each of them may be tried. */
export function longestModelRequest(settings: ModelSettings): number {
  const configured = configuredModels(settings);
  const seconds = configured.map((setting) => conversationTimes(setting, isOnlyOf(configured)).totalSeconds);
  return Math.min(
    timings.modelRequest,
    Math.max(
      timings.request,
      seconds.reduce((sum, each) => sum + each, 1),
    ),
  );
}

/** The text models of the settings. */
export function createModels(settings: ModelSettings, meter: Meter, observe: (call: ModelCall) => void): Models {
  const configured = configuredModels(settings).map((setting, _index, list): ConfiguredModel => {
    const card = cardOf(setting);
    return { card, load: () => providerKinds[setting.provider].load(card, setting), limits: limitsOf(setting, isOnlyOf(list)) };
  });
  const [first, ...rest] = configured;
  if (first === undefined) throw new Error('no text model is configured');
  return createPipeline([first, ...rest], meter, observe);
}
