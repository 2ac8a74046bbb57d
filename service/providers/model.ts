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
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number };
}

/** A text model behind one provider. */
export interface TextModel {
  /** Stable name for logs and metrics; bounded in number. */
  readonly id: string;
  /**
   * @throws {ModelError} when the provider fails; the caller's own abort is thrown on as it is.
   */
  writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft>;
}

/** Why a text model gave no answer. */
export type ModelFailure = 'timeout' | 'overloaded' | 'rejected' | 'unreachable' | 'garbage';

export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;
  constructor(failure: ModelFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
  }
}
