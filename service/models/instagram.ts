import { captionFitter } from './fit-caption.ts';
import { hashtagsIn, validHashtags } from './hashtags.ts';
import { defaultHashtags, maxHashtags, type OnPart, type TextModel } from './model.ts';
import { ModelError } from './model-error.ts';

/**
 * Captions of any model as requested and as Instagram accepts them: not too long, all different, at most as many as requested, and with
 * at most 30 hashtags in a caption and the list together.
 */
export const forInstagram =
  (write: TextModel['writeCaptions']): TextModel['writeCaptions'] =>
  async (request, signal, onCaption) => {
    const { count, hashtags } = request;
    const adapt = captionFitter(request);
    const draft = await write(request, signal, onCaption && eachOnce(adapt, count, onCaption));
    const [first, ...rest] = [...new Set(draft.captions.map(adapt))].filter((caption) => caption !== '').slice(0, count);
    if (first === undefined) throw new ModelError('invalid_response', 'nothing is left of the captions', { spent: draft.usage });
    const written = Math.max(...[first, ...rest].map((caption) => hashtagsIn(caption).length));
    const left = Math.max(0, Math.min(hashtags ?? defaultHashtags, (hashtags ?? maxHashtags) - written));
    return { ...draft, captions: [first, ...rest], hashtags: validHashtags(draft.hashtags).slice(0, left) };
  };

function eachOnce(adapt: (caption: string) => string, count: number, onCaption: OnPart<string>): OnPart<string> {
  const sent = new Set<string>();
  return async (caption) => {
    const fitted = adapt(caption);
    if (fitted === '' || sent.has(fitted) || sent.size === count) return;
    sent.add(fitted);
    await onCaption(fitted);
  };
}
