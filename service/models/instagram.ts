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
    const isAvoided = equalsOneOf(request.avoid ?? []);
    const draft = await write(request, signal, onCaption && eachOnce({ adapt, count, isAvoided }, onCaption));
    const written = [...new Set(draft.captions.map(adapt))].filter((caption) => caption !== '');
    const others = written.filter((caption) => !isAvoided(caption));
    const [first, ...rest] = (others.length > 0 ? others : written).slice(0, count);
    if (first === undefined) throw new ModelError('invalid_response', 'nothing is left of the captions', { spent: draft.usage });
    const used = Math.max(...[first, ...rest].map((caption) => hashtagsIn(caption).length));
    const left = Math.max(0, Math.min(hashtags ?? defaultHashtags, (hashtags ?? maxHashtags) - used));
    return { ...draft, captions: [first, ...rest], hashtags: validHashtags(draft.hashtags).slice(0, left) };
  };

/** Whether a caption equals one of those, apart from case and spaces. */
function equalsOneOf(captions: readonly string[]): (caption: string) => boolean {
  const key = (caption: string) => caption.toLowerCase().replace(/\s+/g, ' ').trim();
  const keys = new Set(captions.map(key));
  return (caption) => keys.has(key(caption));
}

interface EachOnceOptions {
  readonly adapt: (caption: string) => string;
  readonly count: number;
  readonly isAvoided: (caption: string) => boolean;
}

function eachOnce({ adapt, count, isAvoided }: EachOnceOptions, onCaption: OnPart<string>): OnPart<string> {
  const sent = new Set<string>();
  return async (caption) => {
    const fitted = adapt(caption);
    if (fitted === '' || isAvoided(fitted) || sent.has(fitted) || sent.size === count) return;
    sent.add(fitted);
    await onCaption(fitted);
  };
}
