import OpenAI from 'openai';
import * as z from 'zod';
import { captionsOverChat } from './captions-over-chat.ts';
import {
  type ChatAnswer,
  type ChatRequest,
  type ModelCard,
  ModelError,
  type TextModel,
  type TextStream,
  type TokenUsage,
} from './model.ts';
import { asModelError } from './openai-failure.ts';
import { estimatePrompt, estimateTokens } from './tokens.ts';

export interface OpenAiOptions {
  readonly card: ModelCard;
  readonly apiKey: string | undefined;
  /** Any compatible endpoint; not set: OpenAI itself. */
  readonly baseURL: string | undefined;
  /** The model's name at the endpoint. */
  readonly model: string;
}

const usageForm = z
  .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
  .transform(({ prompt_tokens: promptTokens, completion_tokens: completionTokens }): TokenUsage => ({ promptTokens, completionTokens }))
  .nullish();
/** Whatever else a model ends with (`content_filter`, tools that were never offered), its text is over. */
const finishOf = (reason: string) => (reason === 'length' ? 'length' : 'stop');

/** What of the endpoint's answer is used; compatible endpoints differ in the rest. */
const completionForm = z.object({
  model: z.string(),
  choices: z.tuple(
    [z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish().default('stop') })],
    z.unknown(),
  ),
  usage: usageForm,
});
const chunkForm = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: usageForm,
});

/** One attempt a call: retries, time-outs and the breaker are around it. */
export function createOpenAiModel({ card, apiKey, baseURL, model }: OpenAiOptions): TextModel {
  // Compatible endpoints without accounts still want some key in the header. The library's own log would show answers.
  const client = new OpenAI({ apiKey: apiKey ?? 'none', ...(baseURL === undefined ? {} : { baseURL }), maxRetries: 0, logLevel: 'off' });
  const body = ({ messages, maxTokens = card.maxTokens, temperature, stop }: ChatRequest) => ({
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    // OpenAI's newer models refuse `max_tokens`; most compatible endpoints know nothing else.
    [baseURL === undefined ? 'max_completion_tokens' : 'max_tokens']: Math.min(maxTokens, card.maxTokens),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
  });

  async function chat(request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
    try {
      const completion = completionForm.parse(await client.chat.completions.create(body(request), { signal }));
      const [{ message, finish_reason }] = completion.choices;
      const text = message.content ?? '';
      return {
        text,
        finish: finishOf(finish_reason ?? 'stop'),
        model: completion.model,
        usage: completion.usage ?? estimated(request, text),
      };
    } catch (error) {
      signal.throwIfAborted();
      throw asModelError(error);
    }
  }

  async function* streamChat(request: ChatRequest, signal: AbortSignal): TextStream<ChatAnswer> {
    let text = '';
    let finish: ChatAnswer['finish'] | undefined;
    let usage: TokenUsage | undefined;
    let name: string | undefined;
    try {
      const options = { stream: true, stream_options: { include_usage: true } } as const;
      for await (const chunk of await client.chat.completions.create({ ...body(request), ...options }, { signal })) {
        const parsed = chunkForm.parse(chunk);
        const [choice] = parsed.choices;
        name ??= parsed.model ?? model;
        usage = parsed.usage ?? usage;
        if (choice?.finish_reason != null) finish = finishOf(choice.finish_reason);
        const piece = choice?.delta?.content ?? '';
        text += piece;
        if (piece !== '') yield piece;
      }
      // The library ends an aborted stream, and one without its end, as if it were whole.
      signal.throwIfAborted();
      if (name === undefined) throw new ModelError('garbage', 'the endpoint did not answer with a stream');
      if (finish === undefined) throw new ModelError('cut', 'the stream ended before the answer did');
      return { text, finish, model: name, usage: usage ?? estimated(request, text) };
    } catch (error) {
      if (text === '') {
        signal.throwIfAborted();
        throw asModelError(error);
      }
      throw new ModelError(signal.aborted ? 'cancelled' : 'cut', 'the stream was cut after it had begun', {
        cause: error,
        spent: usage ?? estimated(request, text),
      });
    }
  }

  return { card, chat, streamChat, ...captionsOverChat({ chat, streamChat }) };
}

/** For an endpoint that does not count, and for a stream whose count never came: the prompt, and what of the answer arrived. */
const estimated = (request: ChatRequest, text: string): TokenUsage => ({
  promptTokens: estimatePrompt(request),
  completionTokens: estimateTokens(text),
});
