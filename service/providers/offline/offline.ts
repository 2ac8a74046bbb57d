import type { CaptionDraft, CaptionRequest, Language, TextModel } from '../model.ts';
import { isForeign, readUnread } from './foreign.ts';
import { detectLanguage } from './language.ts';
import type { Reading } from './reading.ts';
import { plainText, wordCount } from './text.ts';
import { write } from './write.ts';

/** What the answer's `model` says: nobody shall take it for a large language model. */
const offlineModelName = 'leyenda-offline-1';

/** English needs a language model of a few megabytes: loaded at the first English text, not at start. */
async function read(description: string, asked: Language | undefined): Promise<Reading> {
  if (!/\p{L}/u.test(description) || isForeign(plainText(description))) return readUnread(description, asked ?? 'en');
  const language = detectLanguage(description);
  if (language === 'es') return (await import('./spanish.ts')).readSpanish(description);
  return (await import('./english.ts')).readEnglish(description);
}

/**
 * A text model without a network: it reads the description and writes around what it found.
 * The same request always gives the same answer.
 */
export function createOfflineModel(): TextModel {
  return {
    id: 'offline',
    async writeCaptions(request: CaptionRequest, signal: AbortSignal): Promise<CaptionDraft> {
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
    },
  };
}
