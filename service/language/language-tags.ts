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
