import { ownEndpoints } from '../../../contract/text-models.ts';
import type { ChatRequest, EmbeddingRequest } from '../../models/chat.ts';
import type { TextModel } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { captionsOverChat } from '../shared/caption-prompt.ts';
import { type ChatApi, createChat, readAnswer } from '../shared/chat-api.ts';
import { upstreamFailure } from '../shared/failure.ts';
import { UpstreamClient } from '../shared/upstream.ts';
import { StreamedAnswer } from './chunks.ts';
import { parseCompletion } from './completion.ts';
import { parseEmbeddings } from './embeddings.ts';
import { Dialect, jsonIfPossible } from './request-body.ts';

export interface OpenAiOptions {
  readonly apiKey: string | undefined;
  /** A compatible endpoint; default: OpenAI itself. */
  readonly baseURL: string | undefined;
  /** The model's name at the endpoint. */
  readonly model: string;
  /** Maximum tokens of an answer; default: the model's own limit. */
  readonly maxTokens: number | undefined;
  /** Maximum tokens of an answer with captions. */
  readonly captionTokens: number;
  /** Whether captions are requested in JSON mode. */
  readonly jsonMode?: boolean;
  /** Maximum time of one attempt at captions; default: `timings.modelAttempt`. */
  readonly attemptSeconds?: number | undefined;
}

/** Repeats a call, with another body, while the endpoint rejects a field that the service added; each field once. */
async function withDialect<T>(dialect: Dialect, body: () => object, call: (json: string) => Promise<T>): Promise<T> {
  const maxAttempts = 4;
  for (let attempt = 1; ; attempt += 1) {
    const json = JSON.stringify(body());
    try {
      return await call(json);
    } catch (error) {
      if (attempt === maxAttempts || !(error instanceof ModelError)) throw error;
      dialect.learn(error, json);
      if (JSON.stringify(body()) === json) throw error;
    }
  }
}

/** Models of an OpenAI-compatible endpoint. */
export function createOpenAiModel(given: OpenAiOptions): TextModel {
  const { apiKey, baseURL, model, maxTokens: limit, captionTokens, jsonMode = false, attemptSeconds } = given;
  // Compatible endpoints without accounts still require some key in the header.
  const headers = { Authorization: `Bearer ${apiKey ?? 'none'}` };
  const client = new UpstreamClient({ baseURL: baseURL ?? ownEndpoints.openai, headers }, upstreamFailure);
  const dialect = new Dialect(baseURL === undefined);

  const limited = (request: ChatRequest): ChatRequest => ({ ...request, maxTokens: request.maxTokens ?? limit });
  const api: ChatApi = {
    path: '/chat/completions',
    body: (request, isStreamed) => ({ ...dialect.body(model, limited(request)), ...(isStreamed ? dialect.streamFields : {}) }),
    parse: (request, value) => parseCompletion(request, model, value),
    startStream: (request) => new StreamedAnswer(request, model),
    send: (body, post) => withDialect(dialect, body, post),
  };
  const chat = createChat(client, api);
  return {
    chat,
    writeCaptions: captionsOverChat(chat, {
      captionTokens,
      maxTokens: limit,
      options: jsonMode ? { response_format: jsonIfPossible } : undefined,
      attemptSeconds,
    }),
    async embed(request: EmbeddingRequest, signal) {
      const body = JSON.stringify({ model, input: request.input, ...request.options });
      return readAnswer(await client.request('/embeddings', body, signal), (value) => parseEmbeddings(request, model, value));
    },
  };
}
