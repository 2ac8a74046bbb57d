import * as z from 'zod';
import type { ChatAnswer, ChatRequest, ModelCard, OnPart, TextModel, TokenUsage } from '../models/model.ts';
import { ModelError } from '../models/model-error.ts';
import { estimatePrompt, estimateTokens } from '../models/tokens.ts';
import { captionsOverChat } from './caption-prompt.ts';
import { type ChatEndpoint, requestCompletion, streamCompletion } from './chat-endpoint.ts';

export interface OpenAiOptions {
  readonly card: ModelCard;
  readonly apiKey: string | undefined;
  /** A compatible endpoint; default: OpenAI itself. */
  readonly baseURL: string | undefined;
  /** The model's name at the endpoint. */
  readonly model: string;
}

const openAi = 'https://api.openai.com/v1';

const usageSchema = z
  .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
  .transform(({ prompt_tokens: promptTokens, completion_tokens: completionTokens }): TokenUsage => ({ promptTokens, completionTokens }))
  .nullish();
/** Other reasons (`content_filter`, `tool_calls`) end the text as well. */
const finishOf = (reason: string) => (reason === 'length' ? 'length' : 'stop');

/** The used part of the answer; compatible endpoints differ in the rest. */
const completionSchema = z.object({
  model: z.string(),
  choices: z.tuple(
    [z.object({ message: z.object({ content: z.string().nullish() }), finish_reason: z.string().nullish().default('stop') })],
    z.unknown(),
  ),
  usage: usageSchema,
});
const chunkSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish() }).optional(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: usageSchema,
});

function toModelError(error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  return new ModelError('invalid_response', 'the endpoint did not answer in the form of the API', { cause: error });
}

/** For an endpoint that does not count, and for a stream that broke off before its count: the prompt, and the part that arrived. */
const estimatedUsage = (request: ChatRequest, text: string): TokenUsage => ({
  promptTokens: estimatePrompt(request),
  completionTokens: estimateTokens(text),
});

/** An endpoint and the name of a model there. */
interface Endpoint extends ChatEndpoint {
  readonly model: string;
  readonly body: (request: ChatRequest) => object;
}

async function complete(endpoint: Endpoint, request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  try {
    const completion = completionSchema.parse(await requestCompletion(endpoint, endpoint.body(request), signal));
    const [{ message, finish_reason }] = completion.choices;
    const text = message.content ?? '';
    return {
      text,
      finish: finishOf(finish_reason ?? 'stop'),
      model: completion.model,
      usage: completion.usage ?? estimatedUsage(request, text),
    };
  } catch (error) {
    signal.throwIfAborted();
    throw toModelError(error);
  }
}

async function stream(endpoint: Endpoint, request: ChatRequest, signal: AbortSignal, onText: OnPart): Promise<ChatAnswer> {
  let text = '';
  let finish: ChatAnswer['finish'] | undefined;
  let usage: TokenUsage | undefined;
  let name: string | undefined;
  try {
    for await (const chunk of streamCompletion(endpoint, endpoint.body(request), signal)) {
      const parsed = chunkSchema.parse(chunk);
      const [choice] = parsed.choices;
      name ??= parsed.model ?? endpoint.model;
      usage = parsed.usage ?? usage;
      if (choice?.finish_reason != null) finish = finishOf(choice.finish_reason);
      const piece = choice?.delta?.content ?? '';
      text += piece;
      if (piece !== '') await onText(piece);
    }
    if (name === undefined) throw new ModelError('invalid_response', 'the endpoint did not answer with a stream');
    if (finish === undefined) throw new ModelError('truncated', 'the stream ended before the answer did');
    return { text, finish, model: name, usage: usage ?? estimatedUsage(request, text) };
  } catch (error) {
    if (text === '') {
      signal.throwIfAborted();
      throw toModelError(error);
    }
    throw new ModelError('truncated', 'the stream broke off', { cause: error, spent: usage ?? estimatedUsage(request, text) });
  }
}

export function createOpenAiModel({ card, apiKey, baseURL, model }: OpenAiOptions): TextModel {
  const body = ({ messages, maxTokens = card.maxTokens, temperature, stop }: ChatRequest) => ({
    model,
    messages: messages.map(({ role, content }) => ({ role, content })),
    // OpenAI's newer models reject `max_tokens`; most compatible endpoints support nothing else.
    [baseURL === undefined ? 'max_completion_tokens' : 'max_tokens']: Math.min(maxTokens, card.maxTokens),
    ...(temperature === undefined ? {} : { temperature }),
    ...(stop === undefined || stop.length === 0 ? {} : { stop: [...stop] }),
  });
  // Compatible endpoints without accounts still require some key in the header.
  const endpoint: Endpoint = { baseURL: baseURL ?? openAi, apiKey: apiKey ?? 'none', model, body };
  const chat: TextModel['chat'] = (request, signal, onText) =>
    onText === undefined ? complete(endpoint, request, signal) : stream(endpoint, request, signal, onText);
  return { chat, writeCaptions: captionsOverChat(chat) };
}
