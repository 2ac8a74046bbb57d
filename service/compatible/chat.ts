import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Emit } from '../http/stream.ts';
import type { ChatAnswer } from '../models/chat.ts';
import type { CallContext, Models } from '../models/models.ts';
import { createCallChat, epochSeconds } from './chat-call.ts';
import type { FieldNames } from './rejection.ts';
import type { ChatCompletionRequest, chatChunk, chatCompletion } from './schema.ts';

type Chunk = z.input<typeof chatChunk>;
type Choice = Chunk['choices'][number];

const usageOf = ({ usage: { promptTokens, completionTokens }, rest }: ChatAnswer) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
  ...rest?.usage,
});

const newIdentity = () => ({ id: `chatcmpl-${randomUUID()}`, created: epochSeconds() });

/** Continues conversations. Both throw a Problem, or the reason of the context's signal. */
export interface Chat {
  complete(body: ChatCompletionRequest, context: CallContext): Promise<z.input<typeof chatCompletion>>;
  /** Emits the answer in chunks while the model writes it; the last one has the usage if `include_usage` is set. */
  completeInChunks(body: ChatCompletionRequest, context: CallContext, emit: Emit<Chunk>): Promise<void>;
}

export function createChat({ models }: { readonly models: Models }, fieldNames?: FieldNames): Chat {
  const call = createCallChat(models, fieldNames);
  return {
    async complete(body, context) {
      const { answer, routing } = await call(body, context);
      return {
        ...answer.rest?.answer,
        ...newIdentity(),
        object: 'chat.completion',
        model: routing.model,
        choices: [...answer.choices],
        usage: usageOf(answer),
      };
    },

    async completeInChunks(body, context, emit) {
      const withUsage = body.stream_options?.include_usage === true;
      const chunks = chunksOf(withUsage);
      const started = new Set<number>();
      let model = '';
      const begin = async (index: number) => {
        if (started.has(index)) return;
        started.add(index);
        await emit(chunks.piece(model, { index, delta: { role: 'assistant', content: '' } }));
      };
      const { answer } = await call(body, context, {
        onStart(routing) {
          model = routing.model;
          return begin(0);
        },
        async onPart(delta) {
          await begin(delta.index);
          await emit(chunks.piece(model, delta));
        },
      });
      for (const { index, finish_reason } of answer.choices) {
        await begin(index);
        await emit(chunks.piece(model, { index, delta: {}, finish_reason }));
      }
      if (withUsage) await emit(chunks.usage(model, answer));
    },
  };
}

/** The chunks of one answer. If the usage was requested, all but the last chunk have `usage: null`. */
function chunksOf(withUsage: boolean) {
  const common = { ...newIdentity(), object: 'chat.completion.chunk' as const };
  return {
    piece: (model: string, choice: Pick<Choice, 'index' | 'delta'> & Partial<Choice>): Chunk => ({
      ...common,
      model,
      choices: [{ finish_reason: null, ...choice, logprobs: choice.logprobs ?? null }],
      ...(withUsage ? { usage: null } : {}),
    }),
    usage: (model: string, answer: ChatAnswer): Chunk => ({ ...common, model, choices: [], usage: usageOf(answer) }),
  };
}
