import { hashtagsIn } from '../../models/hashtags.ts';
import { maxHashtags } from '../../models/model.ts';
import { maxCaption } from '../../models/shorten.ts';

/** Instagram's limits of a post. */
export const postLimits = { characters: maxCaption, hashtags: maxHashtags } as const;

/** The text of a post: a caption, then the hashtags that it does not contain already. */
export function postText(caption: string, hashtags: readonly string[]): string {
  const contained = new Set(hashtagsIn(caption));
  const added = hashtags.filter((tag) => !contained.has(tag.toLowerCase()));
  return added.length === 0 ? caption : `${caption}\n\n${added.join(' ')}`;
}

/** Characters as Instagram counts them (UTF-16 units), and hashtags. */
export const countsOf = (text: string) => ({ characters: text.length, hashtags: hashtagsIn(text).length });
