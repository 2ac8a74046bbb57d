import type * as z from 'zod';
import type { Emit } from '../http/stream.ts';
import type { CallContext, Models } from '../models/models.ts';
import { createChat } from './chat.ts';
import type { CompletionRequest, TextCompletion } from './completions-schema.ts';
import type { ChatCompletionRequest, chatChunk, chatCompletion } from './schema.ts';

type Completion = z.input<typeof chatCompletion>;
type Chunk = z.input<typeof chatChunk>;

/** Answers prompts of the older API with a chat. Both throw a Problem, or the reason of the context's signal. */
export interface Complete {
  whole(body: CompletionRequest, context: CallContext): Promise<TextCompletion>;
  inChunks(body: CompletionRequest, context: CallContext, emit: Emit<TextCompletion>): Promise<void>;
}

function chatBodyOf({
  prompt,
  suffix: _,
  echo: _echo,
  best_of: _best,
  logprobs: _logprobs,
  ...rest
}: CompletionRequest): ChatCompletionRequest {
  return { ...rest, messages: [{ role: 'user', content: typeof prompt === 'string' ? prompt : prompt.join() }] };
}

const textCompletionOf = ({ id, created, model, usage }: Completion | Chunk, choices: TextCompletion['choices']): TextCompletion => ({
  id: id.replace('chatcmpl', 'cmpl'),
  object: 'text_completion',
  created,
  model,
  choices,
  ...(usage === undefined ? {} : { usage }),
});

export function createComplete({ models }: { readonly models: Models }): Complete {
  const chat = createChat({ models }, { messages: 'prompt' });
  return {
    async whole(body, context) {
      const answer = await chat.complete(chatBodyOf(body), context);
      const choices = answer.choices.map(({ index, message: { content }, finish_reason }) => ({
        index,
        text: content ?? '',
        finish_reason,
        logprobs: null,
      }));
      return textCompletionOf(answer, choices);
    },
    inChunks: (body, context, emit) =>
      chat.completeInChunks(chatBodyOf(body), context, (chunk) => {
        const choices = chunk.choices.map(({ index, delta: { content = '' }, finish_reason }) => ({
          index,
          text: content,
          finish_reason,
          logprobs: null,
        }));
        return emit(textCompletionOf(chunk, choices));
      }),
  };
}
