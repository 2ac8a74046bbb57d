import type { CaptionDraft, CaptionRequest, ChatAnswer, ChatRequest, ModelCard, TextModel, TextStream } from '../model.ts';
import { read } from './read.ts';
import { reply } from './reply.ts';
import { wordCount, wordsOf } from './text.ts';
import { write } from './write.ts';

/** What the answer's `model` says: nobody shall take it for a large language model. */
const offlineModelName = 'leyenda-offline-1';

async function writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
  signal.throwIfAborted();
  const reading = await read(request.description, request.language);
  signal.throwIfAborted();
  const { captions, hashtags, language } = write(request, reading);
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

/** The text up to the first of the stop texts, and to so many words. */
function limited(text: string, { maxTokens = Number.POSITIVE_INFINITY, stop = [] }: ChatRequest): Pick<ChatAnswer, 'text' | 'finish'> {
  const ends = stop.map((end) => text.indexOf(end)).filter((at) => at >= 0);
  const stopped = ends.length > 0 ? text.slice(0, Math.min(...ends)) : text;
  const words = wordsOf(stopped);
  const last = words[maxTokens - 1];
  if (words.length <= maxTokens || last === undefined) return { text: stopped, finish: 'stop' };
  return { text: stopped.slice(0, last.end), finish: 'length' };
}

async function answer(card: ModelCard, request: ChatRequest, signal: AbortSignal): Promise<ChatAnswer> {
  signal.throwIfAborted();
  const maxTokens = Math.min(request.maxTokens ?? card.maxTokens, card.maxTokens);
  const { text, finish } = limited(await reply(request.messages), { ...request, maxTokens });
  signal.throwIfAborted();
  const promptTokens = request.messages.reduce((sum, { content }) => sum + wordCount(content), 0);
  return { text, finish, model: offlineModelName, usage: { promptTokens, completionTokens: wordCount(text) } };
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
    chat: (request, signal) => answer(card, request, signal),
    async *streamChat(request, signal) {
      const whole = await answer(card, request, signal);
      return yield* inPieces(whole.text.split(/(?<=\s)(?=\S)/), whole, signal);
    },
  };
}
