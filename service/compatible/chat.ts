import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Caller } from '../http/caller.ts';
import type { Emit } from '../http/stream.ts';
import { problemOf } from '../providers/failure.ts';
import type { ChatAnswer, ChatRequest, TokenUsage } from '../providers/model.ts';
import { type ModelResult, type Models, sizeOfChat } from '../providers/models.ts';
import { type ModelSelection, maxCostMicros, type Routing } from '../providers/selection.ts';
import { whole } from '../providers/streaming.ts';
import type { Metering } from '../usage/metering.ts';
import { withBilling } from '../usage/with-billing.ts';
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

const askOf = ({ model, stream }: ChatCompletionRequest, { id }: Caller): ModelSelection => ({
  model: model === auto ? undefined : model,
  needs: stream ? ['chat', 'streaming'] : ['chat'],
  caller: id,
});

const usageOf = ({ promptTokens, completionTokens }: TokenUsage) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

const named = () => ({ id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000) });

/** Continues conversations; `caller` pays. Both throw a Problem. */
export interface Chat {
  complete(body: ChatCompletionRequest, caller: Caller, signal: AbortSignal): Promise<z.input<typeof chatCompletion>>;
  /** Tells the answer in chunks as the model writes it; the last one holds the usage where `include_usage` asks for it. */
  completeInChunks(body: ChatCompletionRequest, caller: Caller, signal: AbortSignal, tell: Emit<Chunk>): Promise<void>;
}

export function createChat({ models, metering }: { readonly models: Models; readonly metering: Metering }): Chat {
  async function paid(body: ChatCompletionRequest, caller: Caller, signal: AbortSignal, work: () => Promise<ModelResult<ChatAnswer>>) {
    const most = maxCostMicros(models.list(), sizeOfChat(requestOf(body)));
    return withBilling(metering, { caller, clientId: body.user ?? undefined, operation: 'chat' }, most, work).catch((error: unknown) => {
      throw problemOf(error, signal);
    });
  }
  return {
    async complete(body, caller, signal) {
      const { answer, routing } = await paid(body, caller, signal, () => models.chat(askOf(body, caller), requestOf(body), signal));
      const message = { role: 'assistant' as const, content: answer.text, refusal: null };
      return {
        ...named(),
        object: 'chat.completion',
        model: routing.model,
        choices: [{ index: 0, message, finish_reason: answer.finish, logprobs: null }],
        usage: usageOf(answer.usage),
      };
    },

    async completeInChunks(body, caller, signal, tell) {
      const chunks = chunksOf(body.stream_options?.include_usage === true);
      let model = '';
      const started = async (routing: Routing) => {
        model = routing.model;
        await tell(chunks.piece(model, { role: 'assistant', content: '' }));
      };
      const { answer, routing } = await paid(body, caller, signal, () =>
        whole(models.streamChat(askOf(body, caller), requestOf(body), signal, started), (content) =>
          tell(chunks.piece(model, { content })),
        ),
      );
      if (model === '') await started(routing);
      await tell(chunks.piece(model, {}, answer.finish));
      if (body.stream_options?.include_usage) await tell(chunks.usage(model, answer.usage));
    },
  };
}

/** The chunks of one answer. Where the usage was asked for, all but the last say that it is not in them. */
function chunksOf(counts: boolean) {
  const common = { ...named(), object: 'chat.completion.chunk' as const };
  return {
    piece: (model: string, delta: Choice['delta'], finish_reason: Choice['finish_reason'] = null): Chunk => ({
      ...common,
      model,
      choices: [{ index: 0, delta, finish_reason, logprobs: null }],
      ...(counts ? { usage: null } : {}),
    }),
    usage: (model: string, usage: TokenUsage): Chunk => ({ ...common, model, choices: [], usage: usageOf(usage) }),
  };
}
