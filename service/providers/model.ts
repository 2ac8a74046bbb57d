import type { Capability } from '../../contract/text-models.ts';

/** Languages that captions are written in. */
export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

export const styles = ['casual', 'professional', 'playful', 'inspirational', 'minimal'] as const;
export type Style = (typeof styles)[number];

export const audiences = ['general', 'young', 'business', 'family', 'travel', 'food', 'fitness'] as const;
export type Audience = (typeof audiences)[number];

/** What a text model is asked for. */
export interface CaptionRequest {
  /** What the picture shows, in the caller's words; 1 to 2000 characters. */
  readonly description: string;
  readonly style: Style;
  readonly audience: Audience;
  /** Language of the captions; not given: the language of the description. */
  readonly language: Language | undefined;
  /** How many different captions, 1 to 5. */
  readonly count: number;
}

/** What a text model answers. */
export interface CaptionDraft {
  /** As many as were asked for (fewer where a model gave fewer), the best first, all different. */
  readonly captions: readonly [string, ...string[]];
  /** Each starts with `#`, no spaces, no duplicates; at most 10. */
  readonly hashtags: readonly string[];
  readonly language: Language;
  /** The model that wrote it, as its provider names it. */
  readonly model: string;
  readonly usage: TokenUsage;
}

/** One turn of a conversation; the last one is answered. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Most tokens of the answer; the model's own limit stays above it. */
  readonly maxTokens?: number | undefined;
  /** 0 to 2. */
  readonly temperature?: number | undefined;
  /** The answer ends before the first of these texts; at most 4. */
  readonly stop?: readonly string[] | undefined;
}

/** Tokens as the provider counted them; estimated where an answer was cut before it told. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface ChatAnswer {
  readonly text: string;
  /** `length`: cut at the limit of tokens. */
  readonly finish: 'stop' | 'length';
  /** The model that wrote it, as its provider names it. */
  readonly model: string;
  readonly usage: TokenUsage;
}

/** What is known of a model before it is asked. */
export interface ModelCard {
  /** Stable name for callers, logs and metrics; bounded in number. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly capabilities: readonly Capability[];
  /** US dollars. */
  readonly pricePerMillion: { readonly input: number; readonly output: number };
  readonly typicalLatencyMs: number;
  /** Most tokens of question and answer together. */
  readonly contextTokens: number;
  /** Most tokens of one answer. */
  readonly maxTokens: number;
  /** Answers only where it is named or every other model failed, whatever the caller prefers. */
  readonly fallbackOnly: boolean;
}

/** A stream yields parts as they arrive and returns the whole. */
export type TextStream<Whole> = AsyncGenerator<string, Whole, void>;

/**
 * A text model behind one provider. All of its methods throw a ModelError when the provider fails. A caller that leaves
 * gets its own reason thrown on, but from a stream that has sent something a ModelError `cancelled`, which tells what was spent.
 */
export interface TextModel {
  readonly card: ModelCard;
  chat(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer>;
  /** Yields pieces of the text. */
  streamChat(request: ChatRequest, signal: AbortSignal): TextStream<ChatAnswer>;
  writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft>;
  /** Yields each caption when it is finished. */
  streamCaptions(request: CaptionRequest, signal: AbortSignal): TextStream<CaptionDraft>;
}

/**
 * Why a text model gave no answer. `cut`: a stream ended in the middle. `cancelled`: the caller left a stream in the middle.
 * `unknown`: no model has the name. `unsuitable`: no model can do what was asked, or the request is too long for all.
 */
export type ModelFailure =
  | 'timeout'
  | 'overloaded'
  | 'rejected'
  | 'unreachable'
  | 'garbage'
  | 'cut'
  | 'cancelled'
  | 'unknown'
  | 'unsuitable';

interface FailureDetails extends ErrorOptions {
  readonly spent?: TokenUsage | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly suspended?: boolean;
}

export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  /** What the provider charges although it failed; estimated where it did not tell. */
  readonly spent: TokenUsage | undefined;
  /** When the provider wants to be asked again. */
  readonly retryAfterSeconds: number | undefined;
  /** This process was stopped during the attempt (a paused machine, SIGSTOP): the failure says nothing of the provider. */
  readonly suspended: boolean;
  constructor(failure: ModelFailure, message: string, details: FailureDetails = {}) {
    super(message, details);
    this.failure = failure;
    this.spent = details.spent;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.suspended = details.suspended ?? false;
  }
}

/** The same failure, of an attempt during which this process was stopped; any other error as it is. */
export function whileSuspended(error: unknown): unknown {
  if (!(error instanceof ModelError)) return error;
  const { failure, message, spent, retryAfterSeconds } = error;
  return new ModelError(failure, message, { cause: error, spent, retryAfterSeconds, suspended: true });
}
