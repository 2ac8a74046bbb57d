/** Names under which models write the text of a caption or a hashtag, the most probable first. */
const textKeys = ['text', 'caption', 'content', 'value', 'hashtag', 'tag', 'name', 'title'];

/** The text of one item of a list: a string, or an object with a text. */
export function textIn(item: unknown): string | undefined {
  if (typeof item === 'string') return item;
  if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
  const texts = new Map(Object.entries(item).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  const key = textKeys.find((name) => texts.has(name));
  if (key !== undefined) return texts.get(key);
  return texts.size === 1 ? [...texts.values()][0] : undefined;
}

const quoted = /^(?:"([^"]*)"|“([^”]*)”)$/;

/**
 * A caption without what models add to it: its number in the list, quotation marks around it.
 * @param position in the model's list
 * @returns undefined if there is no text
 */
export function captionOf(text: string, position: number): string | undefined {
  const trimmed = text.trim();
  const [prefix = '', number] = /^(?:caption )?(\d{1,2})[.):]\s/i.exec(trimmed) ?? [];
  const numberless = Number(number) === position + 1 ? trimmed.slice(prefix.length).trim() : trimmed;
  const [, straight, curly] = quoted.exec(numberless) ?? [];
  const caption = (straight ?? curly ?? numberless).trim();
  return /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(caption) ? caption : undefined;
}
