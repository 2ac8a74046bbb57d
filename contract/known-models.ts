import { type Capability, ownEndpoints, type TextModelSetting } from './text-models.ts';

/*
 * Facts about common models at their providers' own endpoints: the defaults of TEXT_MODELS. Prices change; settings override them.
 * A gateway or another host has other prices and limits, so that nothing is known about its models.
 */

/** The prices and limits are those of this day. */
export const knownModelsDate = '2026-10-21';

/** Where the providers publish them. */
export const priceLists = {
  'api.openai.com': 'https://developers.openai.com/api/docs/pricing',
  'api.anthropic.com': 'https://platform.claude.com/docs/en/about-claude/pricing',
  'generativelanguage.googleapis.com': 'https://ai.google.dev/gemini-api/docs/pricing',
  'api.mistral.ai': 'https://mistral.ai/pricing',
  'api.deepseek.com': 'https://api-docs.deepseek.com/quick_start/pricing',
  'api.together.xyz': 'https://www.together.ai/pricing',
} as const;
type Host = keyof typeof priceLists;

export interface KnownModel {
  readonly host: Host;
  /** Name at the provider; a snapshot has a date after it. */
  readonly name: string;
  /** Tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Maximum tokens of an answer. */
  readonly maxTokens: number;
  /** US dollars per million tokens, without discounts for cached prompts and surcharges for long ones. */
  readonly price: { readonly input: number; readonly output: number };
  readonly capabilities: readonly Capability[];
}

const text: readonly Capability[] = ['captions', 'chat', 'code', 'streaming'];
const tools: readonly Capability[] = [...text, 'tools'];
const json: readonly Capability[] = [...tools, 'json'];
const vision: readonly Capability[] = [...json, 'vision'];
const logprobs: readonly Capability[] = [...vision, 'logprobs'];

type Row = readonly [
  name: string,
  contextTokens: number,
  maxTokens: number,
  input: number,
  output: number,
  capabilities: readonly Capability[],
];

const rows: Readonly<Record<Host, readonly Row[]>> = {
  'api.openai.com': [
    ['gpt-6-sol', 1_050_000, 128_000, 2, 10, vision],
    ['gpt-6-luna', 1_050_000, 128_000, 0.1, 0.5, vision],
    ['gpt-5.5', 1_050_000, 128_000, 5, 30, vision],
    ['gpt-5', 400_000, 128_000, 1.25, 10, vision],
    ['gpt-5-mini', 400_000, 128_000, 0.25, 2, vision],
    ['gpt-5-nano', 400_000, 128_000, 0.05, 0.4, vision],
    ['gpt-4.1', 1_047_576, 32_768, 2, 8, logprobs],
    ['gpt-4.1-mini', 1_047_576, 32_768, 0.4, 1.6, logprobs],
    ['gpt-4o', 128_000, 16_384, 2.5, 10, logprobs],
    ['gpt-4o-2024-05-13', 128_000, 4096, 5, 15, logprobs],
    ['gpt-4o-mini', 128_000, 16_384, 0.15, 0.6, logprobs],
    ['gpt-4', 8192, 8192, 30, 60, [...tools, 'logprobs']],
    ['text-embedding-3-small', 8192, 8192, 0.02, 0, ['embeddings']],
    ['text-embedding-3-large', 8192, 8192, 0.13, 0, ['embeddings']],
  ],
  'api.anthropic.com': [
    ['claude-opus-5-5', 1_000_000, 128_000, 4, 20, vision],
    ['claude-sonnet-5-5', 1_000_000, 128_000, 2, 10, vision],
    ['claude-haiku-5-5', 1_000_000, 128_000, 0.1, 0.5, vision],
    ['claude-sonnet-4-5', 200_000, 64_000, 3, 15, vision],
    ['claude-haiku-4-5', 200_000, 64_000, 1, 5, vision],
  ],
  'generativelanguage.googleapis.com': [
    ['gemini-3.8-flash', 1_048_576, 65_536, 0.75, 3.75, vision],
    ['gemini-2.5-pro', 1_048_576, 65_536, 1.25, 10, vision],
    ['gemini-2.5-flash', 1_048_576, 65_536, 0.3, 2.5, vision],
    ['gemini-embedding-001', 2048, 2048, 0.15, 0, ['embeddings']],
  ],
  'api.mistral.ai': [
    ['mistral-large-2512', 262_144, 262_144, 0.5, 1.5, vision],
    ['mistral-medium-3-5', 262_144, 262_144, 1.5, 7.5, vision],
    ['mistral-embed', 8192, 8192, 0.1, 0, ['embeddings']],
  ],
  'api.deepseek.com': [
    // At peak hours; half of that outside them.
    ['deepseek-flash', 1_000_000, 393_216, 0.3, 1.2, vision],
    ['deepseek-v4-pro', 1_000_000, 393_216, 1.32, 3.96, json],
  ],
  'api.together.xyz': [['meta-llama/Llama-3.3-70B-Instruct-Turbo', 131_072, 131_072, 1.04, 1.04, json]],
};

const isHost = (name: string): name is Host => name in priceLists;

export const knownModels: readonly KnownModel[] = Object.keys(rows)
  .filter(isHost)
  .flatMap((host) =>
    rows[host].map(([name, contextTokens, maxTokens, input, output, capabilities]) => ({
      host,
      name,
      contextTokens,
      maxTokens,
      price: { input, output },
      capabilities,
    })),
  );

/** The date of a snapshot: -2024-11-20, -20250929, -0613. */
const snapshot = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{4})$/;

/** The facts about the model of a setting; undefined if its endpoint is not the provider's own, or the model is not in the table. */
export function knownModel({
  provider,
  base_url,
  model,
  id,
}: Pick<TextModelSetting, 'provider' | 'base_url' | 'model' | 'id'>): KnownModel | undefined {
  if (provider === 'offline') return undefined;
  const { hostname } = new URL(base_url ?? ownEndpoints[provider]);
  const name = model ?? id;
  const find = (wanted: string) => knownModels.find((known) => known.host === hostname && known.name === wanted);
  return find(name) ?? find(name.replace(snapshot, ''));
}
