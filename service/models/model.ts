import type { Capability } from '../../contract/text-models.ts';
import type { ChatAnswer, ChatDelta, ChatRequest, EmbeddingAnswer, EmbeddingRequest, TokenUsage } from './chat.ts';

export const styles = ['casual', 'professional', 'playful', 'inspirational', 'minimal'] as const;
export type Style = (typeof styles)[number];

export const audiences = ['general', 'young', 'business', 'family', 'travel', 'food', 'fitness'] as const;
export type Audience = (typeof audiences)[number];

export const captionLengths = ['short', 'medium', 'long'] as const;
export type CaptionLength = (typeof captionLengths)[number];
/** Characters of a caption of each length, about. Instagram shows 125 before "more". */
export const typicalCharacters: Readonly<Record<CaptionLength, number>> = { short: 125, medium: 300, long: 1000 };

export const emojiAmounts = ['none', 'few', 'many'] as const;
export type EmojiAmount = (typeof emojiAmounts)[number];

/** Hashtags of an answer at most: by default, and as Instagram accepts in one post. */
export const [defaultHashtags, maxHashtags] = [10, 30];

export interface CaptionRequest {
  /** What the picture shows, in the caller's words; 1 to 2000 characters, or none if there is an image. */
  readonly description: string;
  /** Data URL of the picture, for a model with `vision`. */
  readonly image?: string | undefined;
  readonly style: Style;
  readonly audience: Audience;
  /** Language of the captions, a canonical BCP 47 tag; undefined: the language of the description. */
  readonly language: string | undefined;
  /** How many different captions, 1 to 5. */
  readonly count: number;
  /** Undefined: the model chooses. */
  readonly length?: CaptionLength | undefined;
  /** Undefined: as fits the style. */
  readonly emoji?: EmojiAmount | undefined;
  /** Hashtags at most, 0 to 30; undefined: `defaultHashtags`. */
  readonly hashtags?: number | undefined;
  /** A text that each caption contains as it is; 1 to 200 characters. The pipeline appends it to captions without it. */
  readonly callToAction?: string | undefined;
  /** How the brand writes, in the caller's words; 1 to 500 characters. */
  readonly brandVoice?: string | undefined;
  /** A caption whose manner the new ones have; 1 to 2,200 characters. */
  readonly like?: string | undefined;
  /** Captions from which the new ones differ; the pipeline drops those that are equal unless no other is left. */
  readonly avoid?: readonly string[] | undefined;
}

export interface CaptionDraft {
  /** The best first; fewer than requested if the model wrote fewer. The pipeline shortens them and drops repeated ones. */
  readonly captions: readonly [string, ...string[]];
  /** As the model wrote them; the pipeline makes them valid: each starts with `#`, all different, at most as many as requested. */
  readonly hashtags: readonly string[];
  /** The language that they are in, a BCP 47 tag; not the requested one. */
  readonly language: string;
  /** The model that wrote it, as its provider names it. */
  readonly model: string;
  readonly usage: TokenUsage;
}

/** Public facts about a configured model. */
export interface ModelCard {
  /** Stable name for callers, logs and metrics; bounded in number. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly Capability[];
  /** The only languages that it writes captions in, as BCP 47 tags without region; undefined: not limited. */
  readonly languages?: readonly string[] | undefined;
  /** US dollars. */
  readonly pricePerMillion: { readonly input: number; readonly output: number };
  /** false: no price is set and none is known, so that costs count as 0. */
  readonly priceKnown: boolean;
  readonly typicalLatencyMs: number;
  /** Maximum tokens of prompt and answer together. */
  readonly contextTokens: number;
  /** Maximum tokens of one answer. */
  readonly maxTokens: number;
  /** Used only if it is named or every other model failed, for every preference. */
  readonly fallbackOnly: boolean;
}

/** Receives one part of a streamed answer; the model waits for it before it sends the next. */
export type OnPart<P> = (part: P) => Promise<void>;

/**
 * A text model behind one provider: one attempt per call, without retries or time limits. With an `OnPart` the answer is streamed,
 * and returned as a whole at the end.
 * @throws {ModelError} if the provider fails; the reason of `signal` if it aborts before anything arrived
 */
export interface TextModel {
  chat(request: ChatRequest, signal: AbortSignal, onDelta?: OnPart<ChatDelta>): Promise<ChatAnswer>;
  /** Streams each caption as soon as it is complete. */
  writeCaptions(request: CaptionRequest, signal: AbortSignal, onCaption?: OnPart<string>): Promise<CaptionDraft>;
  /** Not set: the provider has no embeddings. */
  embed?(request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingAnswer>;
}

/** Why a text model did not answer; what each means for the caller is in model-error.ts. */
export type ModelFailure =
  | 'timeout'
  | 'overloaded'
  | 'circuit_open'
  | 'rejected'
  | 'context_length'
  | 'quota_exhausted'
  | 'misconfigured'
  | 'unreachable'
  | 'invalid_response'
  | 'truncated'
  | 'unknown_model'
  | 'unsuitable'
  | 'unusable_description';

/** A model by its id, and why it is or is not used. */
export interface Choice {
  readonly model: string;
  readonly reason: string;
}

/** The model that wrote the answer, or failed last. */
export interface Routing extends Choice {
  /** The other models that were considered, the next best first. */
  readonly alternatives: readonly Choice[];
  /** Models that failed before, in order. */
  readonly failed: readonly { readonly model: string; readonly failure: ModelFailure }[];
}
