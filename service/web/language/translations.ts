/** The languages of the page. */
export const pageLanguages = { en: 'English', es: 'Español' } as const;
export type PageLanguage = keyof typeof pageLanguages;

/** A text, or a function of the values that it contains. */
type Message = string | ((...values: never[]) => string);
type Messages = Readonly<Record<string, Message>>;

/** The texts of one part of the page in every language. */
export type Translations<T extends Messages> = Readonly<Record<PageLanguage, T>>;
type Widened<T extends Messages> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] };

/** Texts by language. The compiler rejects a key that one of the languages does not have. */
export function translations<const T extends Messages>(en: Widened<T> & T, es: Widened<T>): Translations<Widened<T>> {
  return { en, es };
}

const isPageLanguage = (name: string): name is PageLanguage => Object.hasOwn(pageLanguages, name);

/** The first language that the page speaks; `en` if there is none. @param tags BCP 47, in order of preference */
export const preferredLanguage = (tags: readonly string[]): PageLanguage =>
  tags.map((tag) => tag.toLowerCase().split('-')[0] ?? '').find(isPageLanguage) ?? 'en';
