import type { Settings } from '../../contract/settings.ts';
import { type TextModelSetting, textModel } from '../../contract/text-models.ts';
import type { ModelCard } from './model.ts';

export type ModelSettings = Pick<Settings, 'TEXT_MODELS' | 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'OPENAI_MAX_TOKENS'>;

/** The models of the settings, the preferred first: TEXT_MODELS, else the one of OPENAI_* where a key or an endpoint is named, else offline. */
export function configuredModels(settings: ModelSettings): readonly TextModelSetting[] {
  const { TEXT_MODELS, OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, OPENAI_MAX_TOKENS } = settings;
  if (TEXT_MODELS !== undefined) return TEXT_MODELS;
  if (OPENAI_API_KEY === undefined && OPENAI_BASE_URL === undefined) return [textModel.parse({ provider: 'offline', id: 'offline' })];
  return [
    {
      ...textModel.parse({ provider: 'openai', id: 'openai', model: OPENAI_MODEL, max_tokens: OPENAI_MAX_TOKENS }),
      name: OPENAI_MODEL,
      api_key: OPENAI_API_KEY,
      base_url: OPENAI_BASE_URL,
    },
  ];
}

const descriptions = {
  openai: 'A language model behind an OpenAI-compatible endpoint.',
  offline: 'Rules and tables that need no network: short captions, key words, facts out of the context, arithmetic. No language model.',
} as const satisfies Record<TextModelSetting['provider'], string>;

/** What callers and the routing may know of a configured model: no key, no address. */
export function cardOf(model: TextModelSetting): ModelCard {
  const offline = model.provider === 'offline';
  return {
    id: model.id,
    name: model.name ?? model.model ?? model.id,
    description: model.description ?? descriptions[model.provider],
    capabilities: model.capabilities,
    pricePerMillion: offline ? { input: 0, output: 0 } : model.price,
    typicalLatencyMs: offline ? 5 : model.latency_ms,
    contextTokens: model.context_tokens,
    maxTokens: model.max_tokens,
    fallbackOnly: offline,
  };
}

/** What makes the same request be answered differently, as text; without keys. */
export function configurationKey(settings: ModelSettings): string {
  return JSON.stringify(
    configuredModels(settings).map(({ id, provider, base_url, model, max_tokens }) => [id, provider, base_url, model, max_tokens]),
  );
}
