/** Longest URL that the database stores. */
export const maxUrl = 2000;

/** An http or https URL in the form of the URL standard, without a fragment; undefined if the text is none. */
export function normalizedUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  url.hash = '';
  return url.href.length > maxUrl ? undefined : url.href;
}
