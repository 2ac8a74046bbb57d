import type { Language } from '../../language/languages.ts';
import { lookUp, type Noun, pairsOf, pluralEs } from '../../language/lexicon.ts';
import { adjectives, determiners, gerunds, instruments, phrases, prepositions, surfaces } from './vocabulary.ts';

const dictionary = (table: string, from: Language) =>
  // Of several translations the first is the best, so it is inserted last.
  new Map(
    pairsOf(table)
      .toReversed()
      .map(([en, es]) => (from === 'en' ? ([en.toLowerCase(), es] as const) : ([es.toLowerCase(), en] as const))),
  );
const both = (table: string) => ({ en: dictionary(table, 'en'), es: dictionary(table, 'es') });
const words = { adjectives: both(adjectives), gerunds: both(gerunds), phrases: both(phrases), prepositions: both(prepositions) };

/** An adjective of the Spanish table with the ending for a noun. */
function agreed(adjective: string, { feminine, plural }: Pick<Noun, 'feminine' | 'plural'>): string {
  if (adjective.startsWith('de ') || adjective === 'rosa' || adjective === 'naranja') return adjective;
  const gendered = feminine ? adjective.replace(/o$/, 'a') : adjective;
  return plural ? pluralEs(gendered) : gendered;
}

/** Every form of every Spanish adjective, with its English. */
const spanishAdjectives = new Map(
  pairsOf(adjectives).flatMap(([en, es]) =>
    [false, true].flatMap((feminine) => [false, true].map((plural) => [agreed(es, { feminine, plural }), en] as const)),
  ),
);

/** A translated phrase and the number of words it covers. */
interface Piece {
  readonly text: string;
  readonly length: number;
}

const isName = (word: string | undefined) => word !== undefined && /^\p{Lu}/u.test(word);

function fixed(tokens: readonly string[], from: Language): Piece | undefined {
  for (const length of [4, 3, 2]) {
    const text = words.phrases[from].get(tokens.slice(0, length).join(' ').toLowerCase());
    if (text !== undefined && tokens.length >= length) return { text, length };
  }
  return undefined;
}

/** "la playa de Cádiz" is in Cádiz, "un concierto de Rosalía" is not. */
function isPlace(word: string): boolean {
  const noun = lookUp(word, 'es');
  return noun !== undefined && (surfaces.has(noun.en) || ['sea', 'city', 'travel'].includes(noun.theme ?? ''));
}

function single(token: string, next: readonly string[], before: string, from: Language): Piece | undefined {
  const word = token.toLowerCase();
  if (from === 'es' && (word === 'en' || word === 'sobre')) {
    const place = next.map((each) => lookUp(each, 'es')?.en).find((en) => en !== undefined);
    const on = place !== undefined && surfaces.has(place.replace(/s$/, ''));
    return { text: on ? 'on' : word === 'en' ? 'in' : 'over', length: 1 };
  }
  if (from === 'es' && word === 'de' && isName(next[0])) return { text: isPlace(before) ? 'in' : 'of', length: 1 };
  if (from === 'es' && word === 'tocando') return { text: 'playing', length: 1 };
  if (from === 'en' && word === 'playing' && next.some((each) => instruments.has(each))) return { text: 'tocando', length: 1 };
  const text = words.gerunds[from].get(word) ?? words.prepositions[from].get(word);
  return text === undefined ? undefined : { text, length: 1 };
}

/** Spanish adjectives that may precede their noun; all others follow it. */
const leading: ReadonlySet<string> = new Set(['primero', 'mejor', 'viejo', 'nuevo']);
/** English adjectives for nouns after "de", if they differ from the noun itself. */
const materials: ReadonlyMap<string, string> = new Map([
  ['wood', 'wooden'],
  ['rain', 'rainy'],
]);

/** A capitalized word is a name, except for the first word and the days of the week. */
function englishNoun(token = ''): Noun | undefined {
  const noun = lookUp(token, 'en');
  return noun !== undefined && (!isName(token) || isName(noun.en)) ? noun : undefined;
}

function englishNounPhrase(tokens: readonly string[]): Piece | undefined {
  let at = 0;
  const determiner = determiners.find(([en]) => en === tokens[0]?.toLowerCase());
  if (determiner) at++;
  const found: string[] = [];
  for (let next = tokens[at]; next !== undefined; next = tokens[at]) {
    const adjective = words.adjectives.en.get(next.toLowerCase());
    if (adjective === undefined || lookUp(tokens[at + 1] ?? '', 'en') === undefined) break;
    found.push(adjective);
    at++;
  }
  const nouns: Noun[] = [];
  for (let noun = englishNoun(tokens[at]); noun; noun = englishNoun(tokens[at])) {
    nouns.push(noun);
    at++;
  }
  const head = nouns.at(-1);
  if (head === undefined) return undefined;
  const article = determiner?.[1 + Number(head.feminine) + 2 * Number(head.plural)];
  const of = nouns.slice(0, -1).map(({ es }) => `de ${es}`);
  const before = found.filter((each) => leading.has(each)).map((each) => agreed(each, head).replace(/^primero$/, 'primer'));
  const after = found.filter((each) => !leading.has(each)).map((each) => agreed(each, head));
  return { text: [article, ...before, head.es, ...of.toReversed(), ...after].filter(Boolean).join(' '), length: at };
}

function spanishNounPhrase(tokens: readonly string[]): Piece | undefined {
  let at = 0;
  const first = tokens[0]?.toLowerCase() ?? '';
  const determiner = determiners.find(([, ...forms]) => forms.some((form) => form === first));
  if (determiner) at++;
  const found: string[] = [];
  const adjective = () => spanishAdjectives.get(tokens[at]?.toLowerCase() ?? '');
  for (let next = adjective(); next !== undefined && lookUp(tokens[at] ?? '', 'es') === undefined; next = adjective()) {
    found.push(next);
    at++;
  }
  if (determiner?.[0] === 'the' && isName(tokens[at])) {
    const size = tokens.slice(at).findIndex((token) => !isName(token));
    const end = size === -1 ? tokens.length : at + size;
    return { text: `the ${tokens.slice(at, end).join(' ')}`, length: end };
  }
  const head = isName(tokens[at]) ? undefined : lookUp(tokens[at] ?? '', 'es');
  if (head === undefined) return undefined;
  at++;
  for (let next = adjective(); next !== undefined; next = adjective()) {
    found.push(next);
    at++;
  }
  const material = tokens[at] === 'de' && !isName(tokens[at + 1]) ? lookUp(tokens[at + 1] ?? '', 'es') : undefined;
  if (material) at += 2;
  const of = material && (materials.get(material.en) ?? material.en);
  const noun = [...found, of, head.en].filter(Boolean).join(' ');
  // "su" may be his, her or their: the article fits all.
  const en = determiner === undefined ? undefined : first.startsWith('su') ? 'the' : determiner[0] === 'an' ? 'a' : determiner[0];
  const article = en === 'a' && /^[aeiou]/i.test(noun) ? 'an' : en;
  return { text: [article, noun].filter(Boolean).join(' '), length: at };
}

/** Contracts a Spanish preposition and article. */
const joined = (text: string) => text.replace(/\b(de|a) el\b(?! \p{Lu})/gu, (_, word) => (word === 'de' ? 'del' : 'al'));
const parted = (text: string) => text.replace(/\bdel\b/gi, 'de el').replace(/\bal (?!atardecer|amanecer|anochecer|sol\b|final)/gi, 'a el ');

/** Longest text that is translated, in characters: scenes and keywords are shorter. */
const longestPhrase = 200;

/**
 * A scene word by word in the other language, with articles and adjectives that agree.
 * Undefined if a word is missing in the tables: half a translation is worse than none.
 */
export function translate(scene: string, from: Language): string | undefined {
  if (scene.length > longestPhrase) return undefined;
  const tokens = (from === 'es' ? parted(scene) : scene).match(/[\p{L}\p{M}'’]+|,/gu) ?? [];
  if (/[^\p{L}\p{M}\s,]/u.test(scene)) return undefined;
  // The capital of the first word has no meaning, unless the next word shows that it is a person's name.
  const [first = '', second = '', third] = tokens;
  const named = words.gerunds[from].has(second) || second === 'tocando' || (/^(?:and|y|e)$/.test(second) && isName(third));
  if (!named || lookUp(first, from) !== undefined) tokens[0] = first.toLowerCase();
  const said: string[] = [];
  for (let at = 0; at < tokens.length; ) {
    const rest = tokens.slice(at);
    const [token = ''] = rest;
    const name = isName(token) ? { text: token, length: 1 } : undefined;
    const piece =
      token === ','
        ? { text: ',', length: 1 }
        : (fixed(rest, from) ??
          (from === 'en' ? englishNounPhrase(rest) : spanishNounPhrase(rest)) ??
          single(token, rest.slice(1), tokens[at - 1] ?? '', from) ??
          name);
    if (piece === undefined) return undefined;
    said.push(piece.text);
    at += piece.length;
  }
  const text = said.join(' ').replaceAll(' ,', ',');
  return from === 'en' ? joined(text).replace(/ y (?=h?i(?!e))/gi, ' e ') : text;
}

/** A noun, a name or a short phrase in the other language, for a list or a tag. */
export function translatePhrase(phrase: string, from: Language): string | undefined {
  return (
    translate(phrase, from) ??
    phrase
      .split(' ')
      .map((word) => lookUp(word, from)?.[from === 'en' ? 'es' : 'en'])
      .find(Boolean)
  );
}
