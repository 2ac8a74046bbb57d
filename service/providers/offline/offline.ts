import type { CaptionDraft, CaptionRequest, ChatAnswer, ChatRequest, ModelCard, OnPart, TextModel } from '../../models/model.ts';
import { analyze } from './analyze.ts';
import { answer, offlineModelName } from './answer.ts';
import { answerInThread, isLong } from './answer-in-thread.ts';
import { composeCaptions } from './compose-captions.ts';
import { wordCount } from './text.ts';

async function writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
  signal.throwIfAborted();
  const analysis = await analyze(request.description, request.language);
  signal.throwIfAborted();
  const { captions, hashtags, language } = composeCaptions(request, analysis);
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

async function sendParts(parts: readonly string[], onPart: OnPart | undefined, signal: AbortSignal): Promise<void> {
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
      const draft = await writeCaptions(request, signal);
      await sendParts(draft.captions, onCaption, signal);
      return draft;
    },
    async chat(request, signal, onText) {
      const whole = await chat(card, request, signal);
      await sendParts(whole.text.split(/(?<=\s)(?=\S)/), onText, signal);
      return whole;
    },
  };
}
