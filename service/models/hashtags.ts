/** Characters of one hashtag at most, without `#`. */
const maxLength = 100;

/** A hashtag as Instagram links it: letters, digits and `_`, at least one letter. */
function hashtagOf(text: string): string | undefined {
  const name = text.replace(/[^\p{L}\p{M}\p{N}_]/gu, '').replace(/^\p{M}+/u, '');
  return /\p{L}/u.test(name) && name.length <= maxLength ? `#${name}` : undefined;
}

/** Valid hashtags, each once (Instagram ignores case, but not accents): `#sun #beach` is two, `#dog-walk` is `#dogwalk`. */
export function validHashtags(tags: readonly string[]): string[] {
  const parts = tags.flatMap((tag) => tag.normalize('NFC').split(/[#＃,;\n]/));
  const valid = new Map<string, string>();
  for (const tag of parts.flatMap((part) => hashtagOf(part) ?? [])) if (!valid.has(tag.toLowerCase())) valid.set(tag.toLowerCase(), tag);
  return [...valid.values()];
}

const written = /[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+/gu;
const onlyTags = /^(?:[#＃][\p{L}\p{M}\p{N}_]+)+$/u;
const link = /^[^#＃]*(?:\/|\.\p{L})/u;
const closes = /(?:\p{P}|\p{Emoji_Presentation}|\uFE0F)$/u;

/** The hashtags in a text, in lower case. */
export const hashtagsIn = (text: string): string[] => (text.match(written) ?? []).map((tag) => `#${tag.slice(1).toLowerCase()}`);

/** Where the hashtags at the end begin; the length of the list if the last word belongs to a sentence. Words and spaces alternate. */
function startOfTail(words: readonly string[]): number {
  let start = words.length;
  while (start > 0 && (words[start - 1]?.trim() === '' || onlyTags.test(words[start - 1] ?? ''))) start -= 1;
  const tags = words.slice(start).filter((word) => word.trim() !== '');
  const isBlock = tags.length > 1 || words[start]?.includes('\n') || closes.test(words[start - 1] ?? '');
  return isBlock ? start : words.length;
}

interface HashtagLimit {
  /** Hashtags that the text keeps: the first ones. */
  readonly max: number;
  /** Hashtags that it keeps in addition if they are among these (lower case), or part of a link. */
  readonly own: ReadonlySet<string>;
  readonly maxOwn: number;
}

/** A text with fewer hashtags: others become words, or disappear from the list at its end. */
export function limitHashtags(text: string, { max, own, maxOwn }: HashtagLimit): string {
  const tags = hashtagsIn(text).length;
  if (tags === 0) return text;
  const words = text.split(/(\s+)/);
  const tail = startOfTail(words);
  let kept = 0;
  const limited = words.map((word, index) =>
    word.replace(written, (tag: string, at: number) => {
      const isOwn = own.has(`#${tag.slice(1).toLowerCase()}`) || link.test(word);
      if (kept < (isOwn ? maxOwn : max)) {
        kept += 1;
        return tag;
      }
      if (index >= tail) return '';
      return `${at === 0 ? '' : ' '}${tag.slice(1)}`;
    }),
  );
  if (kept === tags) return text;
  return limited
    .join('')
    .replace(/[ \t]{2,100}(?=\S)/g, ' ')
    .trim();
}
