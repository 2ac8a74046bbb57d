/** Limit of GitHub for descriptions of deployments, deployment statuses and commit statuses, in UTF-16 units. */
export const maxDescriptionLength = 140;
/** Limit of GitHub for the body of an issue or a comment, in UTF-16 units. */
export const maxBodyLength = 65_536;

/** The text as one line of at most `maxLength` UTF-16 units. */
export const truncatedLine = (text: string, maxLength: number): string => truncate(text.replaceAll(/\s+/g, ' ').trim(), maxLength);

/** The text, truncated with … to `maxLength` UTF-16 units; surrogate pairs are not split. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const kept = text.slice(0, Math.max(0, maxLength - 1));
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
