import * as z from 'zod';
import { timings } from './timings.ts';

/**
 * What a text model supports. `code`: it writes code that can be run; `json`: it follows `response_format`; `vision`: it reads images and
 * other files; `embeddings`: it turns texts into vectors.
 */
export const capabilities = ['captions', 'chat', 'code', 'streaming', 'tools', 'json', 'vision', 'logprobs', 'embeddings'] as const;
export type Capability = (typeof capabilities)[number];

const tokens = (max: number) => z.int().min(1).max(max);
const dollars = z.number().min(0).max(10_000);

/** Kinds of providers; `service/providers/provider-kinds.ts` creates the models of each. */
const providers = ['openai', 'anthropic', 'offline'] as const;
export type ProviderName = (typeof providers)[number];
/** Providers without an endpoint. */
const localProviders: readonly ProviderName[] = ['offline'];
/** The endpoint of each provider unless `base_url` is set. */
export const ownEndpoints = { openai: 'https://api.openai.com/v1', anthropic: 'https://api.anthropic.com/v1' } as const;

/** One model of the setting TEXT_MODELS. */
export const textModel = z
  .strictObject({
    provider: z.enum(providers),
    /** Name in the API, in logs and in metrics. */
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be 1 to 63 of a-z, 0-9, ., _ and -, starting with a letter or a digit'),
    /** Display name; default: the id. */
    name: z.string().trim().min(1).max(100).optional(),
    description: z.string().trim().min(1).max(500).optional(),
    /** Endpoint in the form of the provider's API; default: its own, in `ownEndpoints`. */
    base_url: z.url({ protocol: /^https?$/, error: 'must be a URL starting with http: or https:' }).optional(),
    api_key: z.string().trim().min(1).optional(),
    /** Name at the provider; default: the id. */
    model: z.string().trim().min(1).optional(),
    /** Maximum tokens of one completion; a request for more is rejected. Default: that of `known-models.ts`, else the model's own limit. */
    max_tokens: tokens(1_000_000).optional(),
    /** Maximum tokens of an answer with captions. */
    caption_tokens: tokens(128_000).default(500),
    /** US dollars per million tokens; default: that of `known-models.ts`, else 0. */
    price: z.strictObject({ input: dollars, output: dollars }).optional(),
    /** Timeout of one attempt; of a stream: until its first chunk. Default: timings.modelAttempt, of a conversation timings.chatAttempt. */
    timeout_seconds: z.number().min(0.1).max(timings.modelRequest).optional(),
    /** Typical latency in milliseconds, for routing by latency. */
    latency_ms: z.int().min(0).max(600_000).default(1500),
    /** Context window: tokens of prompt and completion together; default: that of `known-models.ts`, else 128,000. */
    context_tokens: tokens(10_000_000).optional(),
    /** Default: those of `known-models.ts`, else all that the provider can support. */
    capabilities: z.array(z.enum(capabilities)).min(1).optional(),
  })
  .refine(({ provider, base_url, api_key }) => !localProviders.includes(provider) || (base_url ?? api_key) === undefined, {
    error: 'a local provider takes neither base_url nor api_key',
  });
export type TextModelSetting = z.output<typeof textModel>;

/** Model ids are label values of metrics. */
const maxModels = 20;

const list = z
  .array(textModel)
  .min(1, 'must name at least one model')
  .max(maxModels)
  .refine((models) => new Set(models.map(({ id }) => id)).size === models.length, 'ids must be unique');

function parsedJson(text: string, context: z.RefinementCtx<string>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which holds keys.
    context.addIssue({ code: 'custom', message: 'must be JSON' });
    return z.NEVER;
  }
}

/** The path and the error, never the value: an unknown name may be a misplaced API key. */
const located = ({ code, path, message }: z.core.$ZodIssue) => {
  const wrong = code === 'unrecognized_keys' ? 'has an unknown field' : message;
  return path.length === 0 ? wrong : `[${path.map(String).join('.')}] ${wrong}`;
};

/** JSON array of models in order of preference. */
export const textModels = z.string().transform((text, context) => {
  const value = parsedJson(text, context);
  if (value === z.NEVER) return z.NEVER;
  const parsed = list.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.addIssue({ code: 'custom', message: located(issue) });
  return z.NEVER;
});
