/** Longest description of a deployment, of its statuses and of a commit status, in UTF-16 units. */
export const maxDescriptionLength = 140;
/** Longest body of an issue or a comment. */
export const maxBodyLength = 65_536;

/** One line of at most so many UTF-16 units; what is cut off is marked, and no character is cut in two. */
export const truncatedLine = (text: string, longest: number): string => truncate(text.replaceAll(/\s+/g, ' ').trim(), longest);

/** The text, or its beginning where it is longer than so many UTF-16 units. */
export function truncate(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, Math.max(0, longest - 1));
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
