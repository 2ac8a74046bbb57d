import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Emit } from '../http/stream.ts';
import type { ChatRequest, TokenUsage } from '../models/model.ts';
import type { CallContext, CallOptions, Models } from '../models/models.ts';
import type { ModelSelection } from '../models/selection.ts';
import { auto, type ChatCompletionRequest, type chatChunk, type chatCompletion } from './schema.ts';

type Chunk = z.input<typeof chatChunk>;
type Choice = Chunk['choices'][number];
type Message = ChatCompletionRequest['messages'][number];

/** OpenAI's newer models call their instructions `developer`. */
const roleOf = ({ role }: Message) => (role === 'developer' ? 'system' : role);
const textOf = ({ content }: Message) => (typeof content === 'string' ? content : content.map(({ text }) => text).join('\n'));

const requestOf = (body: ChatCompletionRequest): ChatRequest => ({
  messages: body.messages.map((message) => ({ role: roleOf(message), content: textOf(message) })),
  maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
  temperature: body.temperature ?? undefined,
  stop: typeof body.stop === 'string' ? [body.stop] : (body.stop ?? undefined),
});

const selectionOf = ({ model, stream }: ChatCompletionRequest): ModelSelection => ({
  model: model === auto ? undefined : model,
  needs: stream ? ['chat', 'streaming'] : ['chat'],
});

const usageOf = ({ promptTokens, completionTokens }: TokenUsage) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

const newIdentity = () => ({ id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000) });

/** Continues conversations. Both throw a Problem, or the reason of the context's signal. */
export interface Chat {
  complete(body: ChatCompletionRequest, context: CallContext): Promise<z.input<typeof chatCompletion>>;
  /** Emits the answer in chunks while the model writes it; the last one has the usage if `include_usage` is set. */
  completeInChunks(body: ChatCompletionRequest, context: CallContext, emit: Emit<Chunk>): Promise<void>;
}

export function createChat({ models }: { readonly models: Models }): Chat {
  const call = (body: ChatCompletionRequest, context: CallContext, streaming?: Pick<CallOptions, 'onStart' | 'onPart'>) =>
    models.chat(selectionOf(body), requestOf(body), {
      ...context,
      ...streaming,
      clientId: body.user ?? undefined,
      operation: 'chat',
    });
  return {
    async complete(body, context) {
      const { answer, routing } = await call(body, context);
      const message = { role: 'assistant' as const, content: answer.text, refusal: null };
      return {
        ...newIdentity(),
        object: 'chat.completion',
        model: routing.model,
        choices: [{ index: 0, message, finish_reason: answer.finish, logprobs: null }],
        usage: usageOf(answer.usage),
      };
    },

    async completeInChunks(body, context, emit) {
      const chunks = chunksOf(body.stream_options?.include_usage === true);
      let model = '';
      const { answer } = await call(body, context, {
        onStart(routing) {
          model = routing.model;
          return emit(chunks.piece(model, { role: 'assistant', content: '' }));
        },
        onPart: (content) => emit(chunks.piece(model, { content })),
      });
      await emit(chunks.piece(model, {}, answer.finish));
      if (body.stream_options?.include_usage) await emit(chunks.usage(model, answer.usage));
    },
  };
}

/** The chunks of one answer. If the usage was requested, all but the last chunk have `usage: null`. */
function chunksOf(withUsage: boolean) {
  const common = { ...newIdentity(), object: 'chat.completion.chunk' as const };
  return {
    piece: (model: string, delta: Choice['delta'], finish_reason: Choice['finish_reason'] = null): Chunk => ({
      ...common,
      model,
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
      ...(withUsage ? { usage: null } : {}),
    }),
    usage: (model: string, usage: TokenUsage): Chunk => ({ ...common, model, choices: [], usage: usageOf(usage) }),
  };
}
