import { knownModel } from '../../contract/known-models.ts';
import { type Capability, capabilities, ownEndpoints, type TextModelSetting } from '../../contract/text-models.ts';
import { languages } from '../language/languages.ts';
import type { ModelCard, TextModel } from '../models/model.ts';

interface ProviderKind {
  readonly description: string;
  /** What its models support unless the setting names it. */
  readonly capabilities: readonly Capability[];
  /** Fixed for all models of this kind; overrides the setting. */
  readonly card?: Partial<ModelCard>;
  /** Loads the provider's libraries and tables. */
  readonly load: (card: ModelCard, setting: TextModelSetting) => Promise<TextModel>;
}

/** Creates the models of each kind in the contract. */
export const providerKinds: Readonly<Record<TextModelSetting['provider'], ProviderKind>> = {
  openai: {
    description: 'A language model behind an OpenAI-compatible endpoint.',
    capabilities,
    load: async (card, { api_key: apiKey, base_url: baseURL, model = card.id, max_tokens: maxTokens, caption_tokens, timeout_seconds }) =>
      (await import('./openai/openai.ts')).createOpenAiModel({
        apiKey,
        baseURL,
        model,
        maxTokens,
        captionTokens: caption_tokens,
        jsonMode: card.capabilities.includes('json'),
        attemptSeconds: timeout_seconds,
      }),
  },
  anthropic: {
    description: 'A language model behind the Anthropic Messages API.',
    capabilities: capabilities.filter((capability) => capability !== 'logprobs' && capability !== 'embeddings'),
    load: async (card, setting) =>
      (await import('./anthropic/anthropic.ts')).createAnthropicModel({
        apiKey: setting.api_key,
        baseURL: setting.base_url ?? ownEndpoints.anthropic,
        model: setting.model ?? card.id,
        maxTokens: setting.max_tokens ?? knownModel(setting)?.maxTokens,
        captionTokens: setting.caption_tokens,
        attemptSeconds: setting.timeout_seconds,
      }),
  },
  offline: {
    description: 'Rules and tables that need no network: short captions, key words, facts from the context, arithmetic. No language model.',
    capabilities: ['captions', 'chat', 'code', 'streaming'],
    card: { languages, pricePerMillion: { input: 0, output: 0 }, priceKnown: true, typicalLatencyMs: 5, fallbackOnly: true },
    load: async (card) => (await import('./offline/offline.ts')).createOfflineModel(card),
  },
};
