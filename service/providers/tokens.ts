import type { ChatRequest, ModelCard, TokenUsage } from './model.ts';

const bytesPerToken = 4;
/** Role and separators of a message. */
const tokensPerMessage = 4;

/**
 * About as many tokens as a text has, where nobody counted them: four bytes of UTF-8 each, rounded up. Usual tokenizers find
 * about as many in English, and fewer in no common language: what is estimated is enough rather than too little.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / bytesPerToken);
}

/** About as many tokens as the messages of a request have. */
export function estimatePrompt({ messages }: ChatRequest): number {
  return messages.reduce((sum, { content }) => sum + estimateTokens(content) + tokensPerMessage, 0);
}

/** Micro-US-dollars of a use at a card's prices, rounded up; dollars for a million tokens are micro-dollars for one. */
export function costMicros({ promptTokens, completionTokens }: TokenUsage, { pricePerMillion: { input, output } }: ModelCard): number {
  // A sum like 0.1 × 30 is a little above 3 in binary: not worth a micro-dollar more.
  return Math.ceil(Number((promptTokens * input + completionTokens * output).toFixed(6)));
}
