import type { Caller } from '../http/caller.ts';
import type { Meter } from '../usage/metering.ts';
import type { Operation } from '../usage/usage-record.ts';
import type { ChatAnswer, ChatDelta, ChatRequest, EmbeddingAnswer, EmbeddingRequest, TokenUsage } from './chat.ts';
import type { CaptionDraft, CaptionRequest, ModelCard, OnPart, Routing } from './model.ts';
import type { ModelSelection } from './selection.ts';

/** An answer, the model that gave it and why, and its cost. */
export interface ModelResult<T> {
  readonly answer: T;
  readonly routing: Routing;
  /** Whole micro-US-dollars: the provider's token count at the prices of the model's card, without earlier failed attempts. */
  readonly costMicros: number;
  /** Whether a fallback wrote it because the preferred model is failing. */
  readonly degraded: boolean;
}

/** The caller of a request, and when to stop. */
export interface CallContext {
  readonly caller: Caller;
  /** Aborts when the caller leaves or the time is over. */
  readonly signal: AbortSignal;
  /** Charges the call elsewhere than to the meter of the process: a batch stores its charges with its answers. */
  readonly meter?: Meter;
  /** Calls with the same key share one fair turn at a busy model; default: the caller's id. */
  readonly fairnessKey?: string;
}

/** Options of one call; `P`: the parts of a streamed answer. */
export interface CallOptions<P> extends CallContext {
  /** The caller's own name for its client. */
  readonly clientId: string | undefined;
  readonly operation: Operation;
  /** Streams the answer. */
  readonly onPart?: OnPart<P>;
  /** Called once, before the first part or, if there is none, at the end. */
  readonly onStart?: (routing: Routing) => Promise<void>;
}

/**
 * All configured text models. Calls throw the reason of the signal if it aborts, else a ModelError;
 * a Problem `budget_exhausted` or `unavailable` before any model is called.
 */
export interface Models {
  /** In the order of preference. */
  list(): readonly (ModelCard & { readonly healthy: boolean })[];
  chat(selection: ModelSelection, request: ChatRequest, options: CallOptions<ChatDelta>): Promise<ModelResult<ChatAnswer>>;
  captions(selection: ModelSelection, request: CaptionRequest, options: CallOptions<string>): Promise<ModelResult<CaptionDraft>>;
  embed(selection: ModelSelection, request: EmbeddingRequest, options: CallOptions<never>): Promise<ModelResult<EmbeddingAnswer>>;
}

/** One finished call of one model, retries included. */
export interface ModelCall {
  readonly model: string;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'cancelled' | 'misconfigured' | 'quota_exhausted';
  /** Why the model failed; nothing of the request or the key. */
  readonly error?: string | undefined;
  readonly seconds: number;
  /** Of these, how long it waited for a slot. */
  readonly waitSeconds: number;
  /** What the provider charges for; undefined if nothing. */
  readonly usage: TokenUsage | undefined;
  /** Of that usage at the prices of the card, in micro-US-dollars. */
  readonly costMicros: number;
}
