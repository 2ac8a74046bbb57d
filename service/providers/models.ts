import {
  type CaptionDraft,
  type CaptionRequest,
  type ChatAnswer,
  type ChatRequest,
  type ModelCard,
  ModelError,
  type TextStream,
} from './model.ts';
import type { ModelSelection, Routing, Size } from './selection.ts';
import { estimatePrompt, estimateTokens } from './tokens.ts';

/** An answer, which model gave it and why, and what it cost. */
export interface ModelResult<T> {
  readonly answer: T;
  readonly routing: Routing;
  /** Micro-US-dollars, whole: the provider's own count of tokens at the prices of the model's card. Attempts that failed before are not in it. */
  readonly costMicros: number;
  /** Whether a model answered in the place of another that fails at present, which would have answered better. */
  readonly degraded: boolean;
}

/** A failure of all models that were tried, with the last one's reason; `spent` and `costMicros` are the last one's too. */
export class RoutedError extends ModelError {
  /** What was tried and considered; `model` failed last. Undefined where no model fits the request. */
  readonly routing: Routing | undefined;
  /** What has to be billed although it failed, in micro-US-dollars. */
  readonly costMicros: number;
  constructor(error: ModelError, routing?: Routing, micros = 0) {
    super(error.failure, error.message, { cause: error, spent: error.spent, retryAfterSeconds: error.retryAfterSeconds });
    this.routing = routing;
    this.costMicros = micros;
  }
}

/** Hears which model answers as soon as a stream has its first part. */
export type Started = (routing: Routing) => void;

/**
 * The text models together. All methods throw a RoutedError, or the caller's own reason where it leaves before anything has arrived.
 * To leave a stream and learn what it cost, abort its signal and read on: the next read throws a RoutedError `cancelled`.
 */
export interface Models {
  /** In the order of preference. */
  list(): readonly (ModelCard & { readonly healthy: boolean })[];
  chat(ask: ModelSelection, request: ChatRequest, signal: AbortSignal): Promise<ModelResult<ChatAnswer>>;
  streamChat(ask: ModelSelection, request: ChatRequest, signal: AbortSignal, started?: Started): TextStream<ModelResult<ChatAnswer>>;
  captions(ask: ModelSelection, request: CaptionRequest, signal: AbortSignal): Promise<ModelResult<CaptionDraft>>;
  streamCaptions(
    ask: ModelSelection,
    request: CaptionRequest,
    signal: AbortSignal,
    started?: Started,
  ): TextStream<ModelResult<CaptionDraft>>;
}

/** The same models, whose calls all take the turn of one caller: many small jobs share the models with other callers as one of them. */
export const asCaller = (models: Models, caller: string): Models => ({
  list: models.list,
  chat: (ask, ...rest) => models.chat({ ...ask, caller }, ...rest),
  streamChat: (ask, ...rest) => models.streamChat({ ...ask, caller }, ...rest),
  captions: (ask, ...rest) => models.captions({ ...ask, caller }, ...rest),
  streamCaptions: (ask, ...rest) => models.streamCaptions({ ...ask, caller }, ...rest),
});

/** Instructions for captions, and what one caption with its share of the hashtags takes at most. */
const captionInstructions = 200;
const tokensPerCaption = 150;

/** About the tokens of a request and of the most that it can be answered with. */
export const sizeOfChat = (request: ChatRequest): Size => ({ promptTokens: estimatePrompt(request), completionTokens: request.maxTokens });
export const sizeOfCaptions = ({ description, count }: CaptionRequest): Size => ({
  promptTokens: captionInstructions + estimateTokens(description),
  completionTokens: count * tokensPerCaption,
});
