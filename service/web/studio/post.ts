/** Instagram's limits of a post. */
export const postLimits = { characters: 2200, hashtags: 30 } as const;

/** The text of a post: a caption, then the hashtags that it does not contain already. */
export function postText(caption: string, hashtags: readonly string[]): string {
  const contained = new Set(hashtagsIn(caption).map((tag) => tag.toLowerCase()));
  const added = hashtags.filter((tag) => !contained.has(tag.toLowerCase()));
  return added.length === 0 ? caption : `${caption}\n\n${added.join(' ')}`;
}

const hashtagsIn = (text: string): readonly string[] => text.match(/#[\p{L}\p{M}\p{N}_]+/gu) ?? [];

/** Characters as Instagram counts them (UTF-16 units), and hashtags. */
export const countsOf = (text: string) => ({ characters: text.length, hashtags: hashtagsIn(text).length });
