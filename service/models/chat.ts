/**
 * Conversations in the form of the OpenAI API (https://platform.openai.com/docs/api-reference/chat): the one form in which requests
 * reach every provider. A provider with another API translates.
 */

/** A part of a message; `text` parts have a text. Fields that the service does not use are passed on. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string | undefined;
  readonly [field: string]: unknown;
}

/** One message of a conversation; the model replies to the last one. Other fields, such as `tool_calls`, are passed on. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | 'function';
  readonly content?: string | readonly ContentPart[] | null | undefined;
  readonly [field: string]: unknown;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Maximum tokens of the answer; the model's own limit applies as well. */
  readonly maxTokens?: number | undefined;
  /** 0 to 2. */
  readonly temperature?: number | undefined;
  /** The answer ends before the first of these texts; at most 4. */
  readonly stop?: readonly string[] | undefined;
  /** Every other field of the OpenAI API (`tools`, `response_format`, `seed`, …), passed on. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** Why an answer ended; `length`: truncated at the token limit. */
export const finishReasons = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'] as const;
export type FinishReason = (typeof finishReasons)[number];

/** A call of a function that the model requests; its arguments are JSON. */
export interface ToolCall {
  readonly id: string;
  readonly type: string;
  readonly function?: { readonly name: string; readonly arguments: string } | undefined;
  readonly [field: string]: unknown;
}

/** The model's message. Other fields are passed on. */
export interface AssistantMessage {
  readonly role: 'assistant';
  /** Without reasoning. */
  readonly content: string | null;
  readonly refusal: string | null;
  readonly reasoning_content?: string | undefined;
  readonly tool_calls?: ToolCall[] | undefined;
  readonly [field: string]: unknown;
}

export interface ChatChoice {
  readonly index: number;
  readonly message: AssistantMessage;
  readonly finish_reason: FinishReason;
  /** Probabilities of the tokens, as the provider sent them; null: not requested. */
  readonly logprobs: unknown;
}

/** What a stream adds to one tool call; `index` names the call. */
export interface ToolCallDelta {
  readonly index: number;
  readonly id?: string | undefined;
  readonly type?: string | undefined;
  readonly function?: { readonly name?: string | undefined; readonly arguments?: string | undefined } | undefined;
  readonly [field: string]: unknown;
}

/** What one part of a stream adds to one choice. */
export interface ChatDelta {
  readonly index: number;
  readonly delta: {
    readonly content?: string | undefined;
    readonly refusal?: string | undefined;
    readonly reasoning_content?: string | undefined;
    readonly tool_calls?: ToolCallDelta[] | undefined;
    readonly [field: string]: unknown;
  };
  readonly logprobs?: unknown;
}

/** Tokens as the provider counted them; estimated if it did not. */
export interface TokenUsage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface ChatAnswer {
  /** Text of the first choice, without reasoning. */
  readonly text: string;
  /** At least one. */
  readonly choices: readonly ChatChoice[];
  /** The model that wrote it, as its provider names it. */
  readonly model: string;
  readonly usage: TokenUsage;
  /** Fields of the provider's answer and of its usage that the service does not use, passed on. */
  readonly rest?: { readonly answer: Readonly<Record<string, unknown>>; readonly usage: Readonly<Record<string, unknown>> } | undefined;
}

/** An answer that is one text. */
export function textAnswer(text: string, finish: FinishReason, model: string, usage: TokenUsage): ChatAnswer {
  const message = { role: 'assistant', content: text, refusal: null } as const;
  return { text, choices: [{ index: 0, message, finish_reason: finish, logprobs: null }], model, usage };
}

/** The text of a message: its text parts, a line each. */
export function textOf({ content }: ChatMessage): string {
  if (typeof content === 'string') return content;
  return (content ?? []).flatMap(({ text }) => text ?? []).join('\n');
}

/** Texts, or token numbers, that become vectors. */
export interface EmbeddingRequest {
  readonly input: string | readonly string[] | readonly number[] | readonly (readonly number[])[];
  /** Every other field of the OpenAI API (`dimensions`, `encoding_format`), passed on. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface EmbeddingAnswer {
  /** One per input, in its order; a vector as numbers, or as base64 of 32-bit floats. */
  readonly data: readonly { readonly index: number; readonly embedding: string | readonly number[] }[];
  readonly model: string;
  /** Without completion tokens. */
  readonly usage: TokenUsage;
}
