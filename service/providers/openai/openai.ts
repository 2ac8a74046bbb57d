import type { ChatAnswer, ChatDelta, ChatRequest, EmbeddingRequest } from '../../models/chat.ts';
import type { OnPart, TextModel } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { captionsOverChat } from '../shared/caption-prompt.ts';
import { type StreamEnd, UpstreamClient } from '../shared/upstream.ts';
import { StreamedAnswer } from './chunks.ts';
import { answerOf, parseCompletion } from './completion.ts';
import { parseEmbeddings } from './embeddings.ts';
import { failureInside, upstreamFailure } from './failure.ts';
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

const openAi = 'https://api.openai.com/v1';
const chatPath = '/chat/completions';

function invalidResponse(cause: unknown): ModelError {
  if (cause instanceof ModelError) return cause;
  return new ModelError('invalid_response', 'the endpoint did not answer in the form of the API', { cause });
}

/** Reads an answer. @throws {ModelError} */
function read<T>(value: unknown, parse: (value: unknown) => T): T {
  const failure = failureInside(value);
  if (failure !== undefined) throw failure;
  try {
    return parse(value);
  } catch (error) {
    throw invalidResponse(error);
  }
}

/** @throws {ModelError} if a stream ended before its answer did */
function checkEnd({ hasStarted, isFinished }: StreamedAnswer, end: StreamEnd): void {
  if (!hasStarted) throw new ModelError('invalid_response', 'the endpoint did not answer with a stream');
  if (end === 'closed' && !isFinished) throw new ModelError('truncated', 'the stream ended before the answer did');
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
  const client = new UpstreamClient({ baseURL: baseURL ?? openAi, headers }, upstreamFailure);
  const dialect = new Dialect(baseURL === undefined);

  const limited = (request: ChatRequest): ChatRequest => ({ ...request, maxTokens: request.maxTokens ?? limit });

  async function complete(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
    const events: unknown[] = [];
    const end = await withDialect(
      dialect,
      () => dialect.body(model, request),
      (json) => client.stream(chatPath, json, signal, async (event) => void events.push(event)),
    );
    if (end === 'json') return read(events[0], (value) => parseCompletion(request, model, value));
    // Some proxies always stream.
    const streamed = new StreamedAnswer();
    for (const event of events) read(event, (value) => streamed.add(value));
    checkEnd(streamed, end);
    streamed.end();
    return answerOf(request, streamed.choices, streamed.model ?? model, streamed.usage);
  }

  async function stream(request: ChatRequest, signal: AbortSignal, onDelta: OnPart<ChatDelta>): Promise<ChatAnswer> {
    const streamed = new StreamedAnswer();
    const whole = () => answerOf(request, streamed.choices, streamed.model ?? model, streamed.usage);
    const send = async (deltas: readonly ChatDelta[]) => {
      for (const delta of deltas) await onDelta(delta);
    };
    try {
      const body = () => ({ ...dialect.body(model, request), ...dialect.streamFields });
      const end = await withDialect(dialect, body, (json) =>
        client.stream(chatPath, json, signal, async (event) => send(read(event, (value) => streamed.add(value)))),
      );
      checkEnd(streamed, end);
      await send(streamed.end());
      return whole();
    } catch (error) {
      const answer = whole();
      if (answer.usage.completionTokens === 0) {
        signal.throwIfAborted();
        throw invalidResponse(error);
      }
      throw new ModelError('truncated', 'the stream broke off', { cause: error, spent: answer.usage });
    }
  }

  const chat: TextModel['chat'] = (request, signal, onDelta) =>
    onDelta === undefined ? complete(limited(request), signal) : stream(limited(request), signal, onDelta);
  return {
    chat,
    writeCaptions: captionsOverChat(chat, captionTokens, {
      options: jsonMode ? { response_format: jsonIfPossible } : undefined,
      attemptSeconds,
    }),
    async embed(request: EmbeddingRequest, signal) {
      const body = JSON.stringify({ model, input: request.input, ...request.options });
      return read(await client.request('/embeddings', body, signal), (value) => parseEmbeddings(request, model, value));
    },
  };
}
