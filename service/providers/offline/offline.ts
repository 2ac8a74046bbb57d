import type { CaptionDraft, CaptionRequest, ChatAnswer, ChatRequest, ModelCard, TextModel, TextStream } from '../model.ts';
import { analyze } from './analyze.ts';
import { answer, offlineModelName } from './answer.ts';
import { answerInThread, isLong } from './answer-in-thread.ts';
import { composeCaptions } from './compose-captions.ts';
import { wordCount } from './text.ts';

async function writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
  signal.throwIfAborted();
  const reading = await analyze(request.description, request.language);
  signal.throwIfAborted();
  const { captions, hashtags, language } = composeCaptions(request, reading);
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
  const limited = { ...request, maxTokens: Math.min(request.maxTokens ?? card.maxTokens, card.maxTokens) };
  const whole = isLong(limited) ? await answerInThread(limited, signal) : await answer(limited);
  signal.throwIfAborted();
  return whole;
}

async function* inPieces<T>(pieces: readonly string[], whole: T, signal: AbortSignal): TextStream<T> {
  for (const piece of pieces) {
    signal.throwIfAborted();
    yield piece;
  }
  return whole;
}

/**
 * A text model without a network: it reads the text and writes around what it found. The same request always gives the same answer.
 * Its tokens are words.
 */
export function createOfflineModel(card: ModelCard): TextModel {
  return {
    card,
    writeCaptions,
    async *streamCaptions(request, signal) {
      const draft = await writeCaptions(request, signal);
      return yield* inPieces(draft.captions, draft, signal);
    },
    chat: (request, signal) => chat(card, request, signal),
    async *streamChat(request, signal) {
      const whole = await chat(card, request, signal);
      return yield* inPieces(whole.text.split(/(?<=\s)(?=\S)/), whole, signal);
    },
  };
}
