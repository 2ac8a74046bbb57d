import { fold, isBreak, type Stem, type Token, tokensOf } from './tokens.ts';

/** A term as keys of its words: a stem, or a prefix with an asterisk. */
interface Pattern {
  readonly term: string;
  readonly weight: number;
  readonly keys: readonly string[];
}

/** Finds terms in a text, in time that is linear in its length. */
export interface Matcher {
  readonly stem: Stem;
  /** Patterns by the key of their first word, those with most words first. */
  readonly byFirst: ReadonlyMap<string, readonly Pattern[]>;
  /** Lengths of the prefixes. */
  readonly prefixLengths: readonly number[];
}

const wildcard = '*';

export function createMatcher(terms: Readonly<Record<string, number>>, stem: Stem): Matcher {
  const patterns = Object.entries(terms).map(([term, weight]) => {
    const words = term.split(/[ -]/);
    return { term, weight, keys: words.map((word) => (word.endsWith(wildcard) ? fold(word) : stem(fold(word)))) };
  });
  const longestFirst = patterns.toSorted((a, b) => b.keys.length - a.keys.length);
  const byFirst = Map.groupBy(longestFirst, ({ keys }) => keys[0] ?? '');
  const prefixes = [...byFirst.keys()].filter((key) => key.endsWith(wildcard));
  return { stem, byFirst, prefixLengths: [...new Set(prefixes.map((key) => key.length - 1))].sort((a, b) => b - a) };
}

const fits = (key: string, folded: string, stem: string) => (key.endsWith(wildcard) ? folded.startsWith(key.slice(0, -1)) : key === stem);

function candidates({ byFirst, prefixLengths }: Matcher, folded: string, stem: string): readonly Pattern[] {
  const exact = byFirst.get(stem) ?? [];
  const prefixed = prefixLengths.flatMap(
    (length) => (folded.length >= length && byFirst.get(`${folded.slice(0, length)}${wildcard}`)) || [],
  );
  if (prefixed.length === 0) return exact;
  return [...exact, ...prefixed].sort((a, b) => b.keys.length - a.keys.length);
}

/** A term at a word; `length`: its number of words. */
export interface Occurrence {
  readonly term: string;
  readonly weight: number;
  readonly index: number;
  readonly length: number;
}

/** The terms in a text from left to right: of several at one word, that with most words; none overlap. */
export function findTerms(matcher: Matcher, tokens: readonly Token[]): readonly Occurrence[] {
  const stems = tokens.map(({ folded }) => matcher.stem(folded));
  const isAt = (keys: readonly string[], index: number) =>
    keys.every((key, offset) => {
      const token = tokens[index + offset];
      return token !== undefined && !(offset > 0 && isBreak(token.gap)) && fits(key, token.folded, stems[index + offset] ?? '');
    });
  const found: Occurrence[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const pattern = candidates(matcher, tokens[index]?.folded ?? '', stems[index] ?? '').find(({ keys }) => isAt(keys, index));
    if (pattern === undefined) continue;
    const { term, weight, keys } = pattern;
    found.push({ term, weight, index, length: keys.length });
    index += keys.length - 1;
  }
  return found;
}

export interface Fields {
  readonly title: readonly Token[];
  readonly summary: readonly Token[];
}

/** The fields of an article as words. */
export const fieldsOf = ({ title, summary }: { readonly title: string; readonly summary: string }): Fields => ({
  title: tokensOf(title),
  summary: tokensOf(summary),
});
