import type { ChatAnswer, ChatDelta } from '../models/chat.ts';
import type { CallContext, CallOptions, ModelResult, Models } from '../models/models.ts';
import { chatRequestOf, selectionOf } from './chat-request.ts';
import { type FieldNames, forCaller } from './rejection.ts';
import type { ChatCompletionRequest } from './schema.ts';

/** Receives a streamed answer. */
export type Streaming = Pick<CallOptions<ChatDelta>, 'onStart' | 'onPart'>;

/** Continues a conversation in the form of the chat API. Throws a Problem, or the reason of the context's signal. */
export type CallChat = (body: ChatCompletionRequest, context: CallContext, streaming?: Streaming) => Promise<ModelResult<ChatAnswer>>;

/** @param fieldNames names of the chat API's fields in the API that the caller uses, if it is another one */
export const createCallChat =
  (models: Models, fieldNames: FieldNames = {}): CallChat =>
  (body, context, streaming) => {
    const options = { ...context, ...streaming, clientId: body.user ?? undefined, operation: 'chat' } as const;
    return forCaller(models.chat(selectionOf(body), chatRequestOf(body), options), fieldNames);
  };

/** Seconds since the epoch, as the OpenAI API dates answers. */
export const epochSeconds = () => Math.floor(Date.now() / 1000);
