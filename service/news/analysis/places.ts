import demonyms from './gazetteers/demonyms.json' with { type: 'json' };
import listed from './gazetteers/places.json' with { type: 'json' };
import { createMatcher, findTerms } from './match.ts';
import { stemmerOf, type Token } from './tokens.ts';

/** Codes of ISO 3166 whose names in a text mean something else more often: a state or city, a person, a region. */
const ambiguous = new Set('GE JO TD GD JE GG IM EU UN EZ QO ZZ MF SX BL SH PM AQ IO UM XA XB XK WS AS VI VG TC'.split(' '));
const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const codes = letters.flatMap((one) => letters.map((two) => one + two)).filter((code) => !ambiguous.has(code));

/** The names of countries in the languages of the pages. */
const countryNames = ['en', 'es'].flatMap((language) => {
  const names = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' });
  return codes.flatMap((code) => {
    const name = names.of(code);
    return name === undefined || !/^[\p{L} -]+$/u.test(name) ? [] : [[name, code] as const];
  });
});
const places = new Map([
  ...countryNames,
  ...Object.entries(listed).flatMap(([code, names]) => names.split('; ').map((name) => [name, code] as const)),
]);
const peoples = new Map(Object.entries(demonyms).flatMap(([code, words]) => words.split(' ').map((word) => [word, code] as const)));

const identity = (word: string) => word;
const matcherOf = (names: Iterable<string>, stem: (word: string) => string) =>
  createMatcher(Object.fromEntries([...names].map((name) => [name, 1])), stem);
const placeMatcher = matcherOf(places.keys(), identity);
const peopleMatcher = matcherOf(peoples.keys(), stemmerOf('es'));

/** A place or people in a text. */
export interface Place {
  readonly index: number;
  readonly length: number;
  readonly country: string;
  /** Whether it is named: "Madrid", not "Spanish". */
  readonly isNamed: boolean;
}

const isCapitalized = ({ text }: Token) => /^\p{Lu}/u.test(text);
/** Abbreviations are in capitals: "US" is a country, "us" is not. */
const isName = (tokens: readonly Token[], index: number, length: number) =>
  tokens
    .slice(index, index + length)
    .every((token, word) => (word > 0 || isCapitalized(token)) && (token.text.length > 2 || length > 1 || /^\p{Lu}+$/u.test(token.text)));

export function findPlaces(tokens: readonly Token[]): readonly Place[] {
  const named = findTerms(placeMatcher, tokens).filter(({ index, length }) => isName(tokens, index, length));
  const taken = new Set(named.map(({ index }) => index));
  const found = [
    ...named.map(({ term, index, length }) => ({ index, length, country: places.get(term), isNamed: true })),
    ...findTerms(peopleMatcher, tokens)
      .filter(({ index }) => !taken.has(index))
      .map(({ term, index, length }) => ({ index, length, country: peoples.get(term), isNamed: false })),
  ];
  return found.flatMap(({ country, ...place }) => (country === undefined ? [] : [{ ...place, country }]));
}
