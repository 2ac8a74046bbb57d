import type { ChatAnswer, ChatDelta, ChatRequest } from '../../models/chat.ts';
import type { OnPart, TextModel } from '../../models/model.ts';
import { ModelError } from '../../models/model-error.ts';
import { failureInside } from './failure.ts';
import type { StreamEnd, UpstreamClient } from './upstream.ts';

/** Collects the events of one streamed answer. */
export interface StreamedChat {
  /** Adds an event. @returns what it adds for the client */
  add(event: unknown): readonly ChatDelta[];
  /** @returns what was held back until the end */
  end(): readonly ChatDelta[];
  /** Whether a part of the answer arrived. */
  readonly hasStarted: boolean;
  /** Whether the end of the answer arrived. */
  readonly isFinished: boolean;
  /** The answer, as far as it has arrived. */
  readonly answer: ChatAnswer;
}

/** A provider's API: the form of its requests and answers. */
export interface ChatApi {
  readonly path: string;
  /** The body of a request. @throws {ModelError} `rejected` if the API has no form for it */
  body(request: ChatRequest, isStreamed: boolean): object;
  /** Reads a whole answer. @throws if it has another form */
  parse(request: ChatRequest, value: unknown): ChatAnswer;
  startStream(request: ChatRequest): StreamedChat;
  /** Sends a body, and again with another body if the endpoint rejects the first; default: once. */
  send?<T>(body: () => object, post: (json: string) => Promise<T>): Promise<T>;
}

function invalidResponse(cause: unknown): ModelError {
  if (cause instanceof ModelError) return cause;
  return new ModelError('invalid_response', 'the endpoint did not answer in the form of the API', { cause });
}

/** Reads an answer. @throws {ModelError} */
export function readAnswer<T>(value: unknown, parse: (value: unknown) => T): T {
  const failure = failureInside(value);
  if (failure !== undefined) throw failure;
  try {
    return parse(value);
  } catch (error) {
    throw invalidResponse(error);
  }
}

/** @throws {ModelError} if a stream ended before its answer did */
function checkEnd({ hasStarted, isFinished }: StreamedChat, end: StreamEnd): void {
  if (!hasStarted) throw new ModelError('invalid_response', 'the endpoint did not answer with a stream');
  if (end === 'closed' && !isFinished) throw new ModelError('truncated', 'the stream ended before the answer did');
}

/** Continues conversations over a provider's API. */
export function createChat(client: UpstreamClient, api: ChatApi): TextModel['chat'] {
  const send: NonNullable<ChatApi['send']> = (body, post) => (api.send ? api.send(body, post) : post(JSON.stringify(body())));

  async function complete(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
    const events: unknown[] = [];
    const end = await send(
      () => api.body(request, false),
      (json) => client.stream(api.path, json, signal, async (event) => void events.push(event)),
    );
    if (end === 'json') return readAnswer(events[0], (value) => api.parse(request, value));
    // Some proxies always stream.
    const streamed = api.startStream(request);
    for (const event of events) readAnswer(event, (value) => streamed.add(value));
    checkEnd(streamed, end);
    streamed.end();
    return streamed.answer;
  }

  async function stream(request: ChatRequest, signal: AbortSignal, onDelta: OnPart<ChatDelta>): Promise<ChatAnswer> {
    const streamed = api.startStream(request);
    const pass = async (deltas: readonly ChatDelta[]) => {
      for (const delta of deltas) await onDelta(delta);
    };
    try {
      const end = await send(
        () => api.body(request, true),
        (json) => client.stream(api.path, json, signal, async (event) => pass(readAnswer(event, (value) => streamed.add(value)))),
      );
      checkEnd(streamed, end);
      await pass(streamed.end());
      return streamed.answer;
    } catch (error) {
      const { usage } = streamed.answer;
      if (usage.completionTokens === 0) {
        signal.throwIfAborted();
        throw invalidResponse(error);
      }
      throw new ModelError('truncated', 'the stream broke off', { cause: error, spent: usage });
    }
  }

  return (request, signal, onDelta) => (onDelta === undefined ? complete(request, signal) : stream(request, signal, onDelta));
}
