import { limitEmoji } from './emoji.ts';
import { hashtagsIn, limitHashtags } from './hashtags.ts';
import { type CaptionRequest, type EmojiAmount, maxHashtags, typicalCharacters } from './model.ts';
import { maxCaption, shorten, wholeGraphemes } from './shorten.ts';

/** Replaces the call to action while the text around it is changed; a character for private use. */
const mark = '\uE000';
/** Between a caption and an appended call to action. */
const separator = '\n\n';

/** Emoji of a caption at most; undefined: as many as the model writes. */
const emojiLimits: Readonly<Record<EmojiAmount, number | undefined>> = { none: 0, few: 2, many: undefined };

/** A model that ignores the length writes some more; what is longer than this many times is cut. */
const tolerance = 2;
/** Units of a text that are read at all. */
const maxRead = 4 * maxCaption;

/** The call to action as the model wrote it: other case and white space. Not as a part of a word. */
function callPattern(call: string): RegExp {
  const words = call.split(/\s+/).map((word) => RegExp.escape(word));
  return new RegExp(`(?<![\\p{L}\\p{N}_#@])${words.join('\\s+')}(?![\\p{L}\\p{N}_])`, 'giu');
}

/**
 * Makes captions of any model fit the request: no longer than Instagram accepts and than twice the requested length, with the call to
 * action, without more emoji and hashtags than requested. Removes nothing from the call to action itself.
 * @returns a function of a caption; its result is empty if nothing is left
 */
export function captionFitter({ description, length, emoji, hashtags, callToAction }: CaptionRequest): (caption: string) => string {
  const call = callToAction ?? '';
  const pattern = callToAction === undefined ? undefined : callPattern(callToAction);
  const ofCall = hashtagsIn(call).length;
  const limit = {
    max: Math.max(0, (hashtags ?? maxHashtags) - ofCall),
    own: new Set(hashtagsIn(description)),
    maxOwn: Math.max(0, maxHashtags - ofCall),
  };
  const maxEmoji = emoji && emojiLimits[emoji];
  const room = maxCaption - (pattern === undefined ? 0 : call.length + separator.length);
  const most = length === undefined ? room : Math.min(room, typicalCharacters[length] * tolerance);

  return (caption) => {
    const read = wholeGraphemes(caption, maxRead).replaceAll(mark, '');
    const marked = pattern === undefined ? read : read.replace(pattern, mark);
    const wanted = limitHashtags(maxEmoji === undefined ? marked : limitEmoji(marked, maxEmoji), limit).trim();
    const calls = wanted.split(mark).length - 1;
    const units = wanted.length - calls * mark.length;
    if (calls > 0 && units <= most && units + calls * call.length <= maxCaption) return wanted.replaceAll(mark, () => call);
    const text = shorten(wanted.replaceAll(mark, ''), most, length === undefined ? undefined : 0.4);
    return text === '' || pattern === undefined ? text : `${text}${separator}${call}`;
  };
}
