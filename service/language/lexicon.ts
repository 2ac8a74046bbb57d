import type { Language } from './languages.ts';
import { feminine, irregularPlurals, masculine } from './noun-forms.ts';
import { plainNouns, type ThemeName, themeNames, themes } from './themes.ts';

/** A noun in both languages. */
export interface Noun {
  readonly theme: ThemeName | undefined;
  readonly plural: boolean;
  readonly en: string;
  readonly es: string;
  /** Gender of the Spanish noun. */
  readonly feminine: boolean;
}

/** `a=b c_d=e` as pairs. */
export const pairsOf = (table: string): readonly (readonly [en: string, es: string])[] =>
  table.split(' ').map((pair) => {
    const [en = '', es = ''] = pair.replaceAll('_', ' ').split('=');
    return [en, es] as const;
  });

function pluralEn(noun: string): string {
  const irregular = irregularPlurals.get(noun);
  if (irregular !== undefined) return irregular;
  if (/(?:s|x|ch|sh|to)$/.test(noun)) return `${noun}es`;
  return /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

const unaccented: Readonly<Record<string, string>> = { á: 'a', é: 'e', í: 'i', ó: 'o', ú: 'u' };

export function pluralEs(noun: string): string {
  if (/[aeiouáéó]$/.test(noun)) return `${noun}s`;
  if (noun.endsWith('z')) return `${noun.slice(0, -1)}ces`;
  // "cumpleaños" stays; "jardín" and "inglés" lose their accent.
  if (/[^áéíóú]s$/.test(noun)) return noun;
  return `${noun.replace(/[áéíóú](?=[ns]$)/, (vowel) => unaccented[vowel] ?? vowel)}es`;
}

const isFeminine = (es: string) => feminine.has(es) || (/(?:a|ción|sión|dad|ión)$/.test(es) && !masculine.has(es));

const rows = [
  ...themeNames.flatMap((theme) => pairsOf(themes[theme].nouns).map((pair) => ({ theme, pair }))),
  ...pairsOf(plainNouns).map((pair) => ({ theme: undefined, pair })),
];
const nouns: readonly Noun[] = rows.flatMap(({ theme, pair: [en, es] }) => [
  { theme, en, es, plural: isPlural(en), feminine: isFeminine(es.replace(/s$/, '')) },
  ...(isPlural(en) ? [] : [{ theme, en: pluralEn(en), es: pluralEs(es), plural: true, feminine: isFeminine(es) }]),
]);

function isPlural(en: string): boolean {
  return ['people', 'tapas', 'pancakes', 'holidays', 'vacation', 'grandparents', 'parents'].includes(en);
}

/** Of several rows with the same noun, the first is the best translation, so it is inserted last. */
const index = (language: Language) => new Map(nouns.toReversed().map((noun) => [noun[language].toLowerCase(), noun]));
const byLanguage: Readonly<Record<Language, ReadonlyMap<string, Noun>>> = { en: index('en'), es: index('es') };

/** Finds a noun by its singular or plural in a language. */
export function lookUp(word: string, language: Language): Noun | undefined {
  return byLanguage[language].get(word.toLowerCase());
}
