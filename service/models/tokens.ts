import type { CaptionRequest, ChatRequest, ModelCard, TokenUsage } from './model.ts';

/** The size of a request, estimated. */
export interface Size {
  readonly promptTokens: number;
  /** Maximum tokens of the answer; undefined: the model's own limit. */
  readonly completionTokens: number | undefined;
}

const bytesPerToken = 4;
/** Role and separators of a message. */
const tokensPerMessage = 4;
/** The instructions for captions. */
const captionInstructions = 200;
/** One caption with its share of the hashtags, at most. */
const tokensPerCaption = 150;

/**
 * Estimates the tokens of a text: four bytes of UTF-8 each, rounded up. Usual tokenizers find about as many in English and fewer in
 * other common languages, so the estimate is rather too high than too low.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** Estimates the tokens of a request's messages. */
export function estimatePrompt({ messages }: ChatRequest): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content) + tokensPerMessage, 0);
}

export const sizeOfChat = (request: ChatRequest): Size => ({ promptTokens: estimatePrompt(request), completionTokens: request.maxTokens });
export const sizeOfCaptions = ({ description, count }: CaptionRequest): Size => ({
  promptTokens: captionInstructions + estimateTokens(description),
  completionTokens: count * tokensPerCaption,
});

/** The cost at a card's prices in micro-US-dollars, rounded up: dollars per million tokens are micro-dollars per token. */
export function costMicros({ promptTokens, completionTokens }: TokenUsage, { pricePerMillion: { input, output } }: ModelCard): number {
  // A sum like 0.1 × 30 is slightly above 3 in binary, which must not cost another micro-dollar.
  return Math.ceil(Number((promptTokens * input + completionTokens * output).toFixed(6)));
}
