import type { OnPart, TextModel } from './model.ts';

/** Instagram's limits: characters of a caption, and of one hashtag. */
const [maxCaption, maxHashtag] = [2200, 100];
/** Instagram rejects a post with more than 30 hashtags, those of the caption included. */
const [maxHashtags, maxPerPost] = [10, 30];

const sentenceEnd = /[.!?…]["'”’»)]?(?=\s)/g;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The longest beginning of a text that ends between two user-perceived characters: an emoji may be many UTF-16 units. */
function wholeGraphemes(text: string, length: number): string {
  // An emoji is shorter than this.
  const from = length - 100;
  const end = graphemes.segment(text.slice(from, length + 1)).containing(length - from)?.index ?? length - from;
  return text.slice(0, from + end);
}

/** A caption of at most 2,200 UTF-16 units: ends after a sentence of its last quarter, else after a word, with `…`. */
export function cutCaption(caption: string): string {
  const text = caption.trim();
  if (text.length <= maxCaption) return text;
  const head = text.slice(0, maxCaption);
  const end = [...head.matchAll(sentenceEnd)].map((match) => match.index + match[0].length).at(-1) ?? 0;
  if (end > maxCaption * 0.75) return head.slice(0, end);
  const space = head.slice(0, maxCaption - 1).search(/\s\S*$/);
  const kept = space > maxCaption * 0.75 ? head.slice(0, space) : wholeGraphemes(head, maxCaption - 1);
  return `${kept.trimEnd()}…`;
}

/** A hashtag as Instagram links it: letters, digits and `_`, at least one letter. */
function hashtagOf(text: string): string | undefined {
  const name = text.replace(/[^\p{L}\p{M}\p{N}_]/gu, '').replace(/^\p{M}+/u, '');
  return /\p{L}/u.test(name) && name.length <= maxHashtag ? `#${name}` : undefined;
}

/** Valid hashtags, each once (Instagram ignores case, but not accents): `#sun #beach` is two, `#dog-walk` is `#dogwalk`. */
export function validHashtags(tags: readonly string[]): string[] {
  const parts = tags.flatMap((tag) => tag.normalize('NFC').split(/[#＃,;\n]/));
  const valid = new Map<string, string>();
  for (const tag of parts.flatMap((part) => hashtagOf(part) ?? [])) if (!valid.has(tag.toLowerCase())) valid.set(tag.toLowerCase(), tag);
  return [...valid.values()].slice(0, maxHashtags);
}

const hashtagsIn = (caption: string) => caption.match(/#[\p{L}\p{N}_]/gu)?.length ?? 0;

/** Captions of any model as Instagram accepts them: not too long, all different, at most as many as requested. */
export const forInstagram =
  (write: TextModel['writeCaptions']): TextModel['writeCaptions'] =>
  async (request, signal, onCaption) => {
    const draft = await write(request, signal, onCaption && eachOnce(request.count, onCaption));
    const [first = '', ...rest] = [...new Set(draft.captions.map(cutCaption))].slice(0, request.count);
    const left = Math.max(0, maxPerPost - Math.max(...[first, ...rest].map(hashtagsIn)));
    return { ...draft, captions: [first, ...rest], hashtags: validHashtags(draft.hashtags).slice(0, left) };
  };

function eachOnce(count: number, onCaption: OnPart<string>): OnPart<string> {
  const sent = new Set<string>();
  return async (caption) => {
    const cut = cutCaption(caption);
    if (sent.has(cut) || sent.size === count) return;
    sent.add(cut);
    await onCaption(cut);
  };
}
