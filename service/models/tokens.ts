import { type ChatMessage, type ChatRequest, type EmbeddingRequest, type TokenUsage, textOf } from './chat.ts';
import type { CaptionRequest, ModelCard } from './model.ts';

/** The size of a request, estimated. */
export interface Size {
  readonly promptTokens: number;
  /** Maximum tokens of the answer; undefined: the model's own limit. */
  readonly completionTokens: number | undefined;
}

const bytesPerToken = 4;
/** Role and separators of a message. */
const tokensPerMessage = 4;
/** An image, or a file of another kind: providers scale images down to about so many tokens. */
const tokensPerFile = 1000;
/** The instructions for captions. */
const captionInstructions = 300;

/**
 * Estimates the tokens of a text: four bytes of UTF-8 each, rounded up. Usual tokenizers find about as many in English and fewer in
 * other common languages, so the estimate is rather too high than too low.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Estimates the tokens of a value that is sent as JSON. */
const estimateJson = (value: unknown) => (value === undefined ? 0 : estimateTokens(JSON.stringify(value)));

function messageTokens(message: ChatMessage): number {
  const { content, tool_calls: calls } = message;
  const files = typeof content === 'string' ? 0 : (content ?? []).filter(({ type }) => type !== 'text').length;
  return estimateTokens(textOf(message)) + files * tokensPerFile + estimateJson(calls) + tokensPerMessage;
}

/** Estimates the tokens of a request: its messages, and the definitions of its tools. */
export function estimatePrompt({ messages, options }: ChatRequest): number {
  return messages.reduce((sum, message) => sum + messageTokens(message), estimateJson(options?.tools));
}

export const sizeOfChat = (request: ChatRequest): Size => ({ promptTokens: estimatePrompt(request), completionTokens: request.maxTokens });
/** The texts of a request, which the model reads. */
const captionTexts = ({ description, brandVoice = '', callToAction = '', like = '', avoid = [] }: CaptionRequest) =>
  [description, brandVoice, callToAction, like, ...avoid].join('');
export const sizeOfCaptions = (request: CaptionRequest): Size => ({
  promptTokens: captionInstructions + estimateTokens(captionTexts(request)) + (request.image === undefined ? 0 : tokensPerFile),
  completionTokens: undefined,
});

/** Estimates the tokens of each input; a number is a token. */
function inputTokens({ input }: EmbeddingRequest): number[] {
  if (typeof input === 'string') return [estimateTokens(input)];
  if (input.every((each) => typeof each === 'number')) return [input.length];
  return input.map((each) => (typeof each === 'string' ? estimateTokens(each) : Array.isArray(each) ? each.length : 1));
}

/** Estimates the tokens that an embedding is charged for. */
export const estimateInput = (request: EmbeddingRequest) => inputTokens(request).reduce((sum, tokens) => sum + tokens, 0);

/** The context window applies to each input, the budget to all of them. */
export function sizesOfEmbedding(request: EmbeddingRequest): { readonly size: Size; readonly maxSize: Size } {
  const longest = inputTokens(request).reduce((most, tokens) => Math.max(most, tokens), 0);
  return {
    size: { promptTokens: longest, completionTokens: 0 },
    maxSize: { promptTokens: estimateInput(request), completionTokens: 0 },
  };
}

/** The cost at a card's prices in micro-US-dollars, rounded up: dollars per million tokens are micro-dollars per token. */
export function costMicros({ promptTokens, completionTokens }: TokenUsage, { pricePerMillion: { input, output } }: ModelCard): number {
  // A sum like 0.1 × 30 is slightly above 3 in binary, which must not cost another micro-dollar.
  return Math.ceil(Number((promptTokens * input + completionTokens * output).toFixed(6)));
}
