/** Languages whose words the service knows: the offline model writes in them. */
export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', es: 'Spanish' };

const isLanguage = (text: string): text is Language => languages.some((language) => language === text);
/** The language of a BCP 47 tag: `es` of `es-MX`; undefined if it is another one. */
export function languageOf(tag: string | undefined): Language | undefined {
  const [primary = ''] = tag?.toLowerCase().split('-') ?? [];
  return isLanguage(primary) ? primary : undefined;
}
