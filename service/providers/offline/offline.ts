import { type ChatAnswer, type ChatRequest, textAnswer, textOf } from '../../models/chat.ts';
import type { CaptionDraft, CaptionRequest, ModelCard, OnPart, TextModel } from '../../models/model.ts';
import { answer, offlineModelName } from './answer.ts';
import { answerInThread, isLong } from './answer-in-thread.ts';
import { composeCaptions } from './compose-captions.ts';
import { wordCount } from './word-count.ts';

function writeCaptions(request: CaptionRequest, signal: AbortSignal): CaptionDraft {
  signal.throwIfAborted();
  const { captions, hashtags, language } = composeCaptions(request);
  return {
    captions,
    hashtags,
    language,
    model: offlineModelName,
    usage: {
      promptTokens: wordCount(request.description),
      completionTokens: captions.reduce((sum, caption) => sum + wordCount(caption), hashtags.length),
    },
  };
}

async function chat(card: ModelCard, request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  signal.throwIfAborted();
  const { stop, maxTokens = card.maxTokens } = request;
  const messages = request.messages.map((message) => ({ role: message.role, content: textOf(message) }));
  const read = { messages, stop, maxTokens: Math.min(maxTokens, card.maxTokens) };
  const { text, finish, usage } = isLong(read) ? await answerInThread(read, signal) : await answer(read);
  signal.throwIfAborted();
  return repeated(textAnswer(text, finish, offlineModelName, usage), request.options?.n);
}

/** The same request always gets the same answer: `n` answers are equal. */
function repeated(answer: ChatAnswer, n: unknown): ChatAnswer {
  if (typeof n !== 'number' || n < 2) return answer;
  const { choices, usage } = answer;
  return {
    ...answer,
    choices: Array.from({ length: n }, (_, index) => choices.map((choice) => ({ ...choice, index }))).flat(),
    usage: { ...usage, completionTokens: usage.completionTokens * n },
  };
}

async function sendParts<P>(parts: readonly P[], onPart: OnPart<P> | undefined, signal: AbortSignal): Promise<void> {
  if (onPart === undefined) return;
  for (const part of parts) {
    signal.throwIfAborted();
    await onPart(part);
  }
}

/**
 * A text model that needs no network: it analyzes the text and writes around what it found. The same request always gives the same
 * answer. Its tokens are words.
 */
export function createOfflineModel(card: ModelCard): TextModel {
  return {
    async writeCaptions(request, signal, onCaption) {
      const draft = writeCaptions(request, signal);
      await sendParts(draft.captions, onCaption, signal);
      return draft;
    },
    async chat(request, signal, onDelta) {
      const whole = await chat(card, request, signal);
      const words = whole.text.split(/(?<=\s)(?=\S)/);
      const deltas = whole.choices.flatMap(({ index }) => words.map((content) => ({ index, delta: { content }, logprobs: null })));
      await sendParts(deltas, onDelta, signal);
      return whole;
    },
  };
}
