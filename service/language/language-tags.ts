const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** ISO 639 codes that name no language: multiple languages, none, unknown. */
const noLanguage = new Set(['mul', 'zxx', 'und']);

/**
 * A BCP 47 tag in canonical form, without extensions: `es-mx` is `es-MX`, `fra` is `fr`.
 * @returns undefined if the text is no tag, or names no known language
 */
export function canonicalTag(text: string): string | undefined {
  try {
    const { baseName, language } = new Intl.Locale(text);
    return noLanguage.has(language) || names.of(language) === undefined ? undefined : baseName;
  } catch {
    return undefined;
  }
}

/** The English name of the language of a valid tag: `pt-BR` is `Brazilian Portuguese`. */
export const languageName = (tag: string) => names.of(tag) ?? tag;

/** The language of a valid tag without script, region and variants: `pt` of `pt-BR`. */
export const primaryLanguage = (tag: string) => new Intl.Locale(tag).language;

const letters = [...'abcdefghijklmnopqrstuvwxyz'];
let byName: ReadonlyMap<string, string> | undefined;

/** The tag of each language of ISO 639-1 by its names in English and Spanish, in lower case. */
function tagsByName(): ReadonlyMap<string, string> {
  const spanish = new Intl.DisplayNames('es', { type: 'language', fallback: 'none' });
  const tags = letters.flatMap((one) => letters.map((two) => one + two));
  const named = (tag: string) => [names.of(tag), spanish.of(tag)].flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
  return new Map(tags.flatMap((tag) => named(tag).map((name) => [name, tag] as const)));
}

/** The canonical tag of a language that a model names by its tag or by its name, such as `Spanish`, `español` or `en-GB`. */
export function tagOf(given: string): string | undefined {
  const text = given.trim();
  const tag = canonicalTag(text.replaceAll('_', '-'));
  if (tag !== undefined) return tag;
  byName ??= tagsByName();
  return byName.get(text.toLowerCase());
}
