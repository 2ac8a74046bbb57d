import type { TextModel } from '../../models/model.ts';
import { captionsOverChat } from '../shared/caption-prompt.ts';
import { createChat } from '../shared/chat-api.ts';
import { upstreamFailure } from '../shared/failure.ts';
import { UpstreamClient } from '../shared/upstream.ts';
import { parseMessage, StreamedMessage } from './answer.ts';
import { messagesBody } from './request.ts';

export interface AnthropicOptions {
  readonly apiKey: string | undefined;
  readonly baseURL: string;
  /** The model's name at the endpoint. */
  readonly model: string;
  /** Maximum tokens of an answer; undefined: unknown. */
  readonly maxTokens: number | undefined;
  /** Maximum tokens of an answer with captions. */
  readonly captionTokens: number;
  /** Maximum time of one attempt at captions; default: `timings.modelAttempt`. */
  readonly attemptSeconds: number | undefined;
}

/** The API requires a limit; every model can write so much. */
const smallestLimit = 4096;

/** Models of the Anthropic Messages API. */
export function createAnthropicModel(given: AnthropicOptions): TextModel {
  const { apiKey, baseURL, model, maxTokens = smallestLimit, captionTokens, attemptSeconds } = given;
  const headers = { 'anthropic-version': '2023-06-01', ...(apiKey === undefined ? {} : { 'x-api-key': apiKey }) };
  const chat = createChat(new UpstreamClient({ baseURL, headers }, upstreamFailure), {
    path: '/messages',
    body: (request, isStreamed) => messagesBody(model, maxTokens, request, isStreamed),
    parse: (request, value) => parseMessage(request, model, value),
    startStream: (request) => new StreamedMessage(request, model),
  });
  return { chat, writeCaptions: captionsOverChat(chat, { captionTokens, maxTokens, attemptSeconds }) };
}
