import winkModel from 'wink-eng-lite-web-model';
import winkNlp from 'wink-nlp';
import { lookUp } from '../../language/lexicon.ts';
import { moodOf } from './mood.ts';
import { recycled } from './recycled.ts';
import { extractScene, firstWord, plainText } from './text.ts';
import type { TextAnalysis } from './text-analysis.ts';

/** wink-nlp keeps every unknown word: about 20 MB for this many characters. A new instance takes about 0.1 s. */
const mostCharacters = 2_000_000;
const readerFor = recycled(() => winkNlp(winkModel), mostCharacters);
const { its } = readerFor('');

const determiners = new Set(
  'a an the my our your his her their this that these those some two three four five six several many one'.split(' '),
);
/** Tagged as nouns, but without meaning for the picture. */
const empty = new Set('photo picture image thing things lot bit way kind day today front side middle top background line first'.split(' '));

/** Longer than `longestWord`. */
const longRun = /\S{61,}/gu;
const longLetters = /[\p{L}\p{M}\p{N}]{61,}/gu;

/**
 * Adds spaces between the words and signs of long runs without any, and drops sequences that are too long for a word: wink-nlp's
 * tokenizer starts again after each sign of a run, so its time would grow with the square of the run's length.
 */
const spaced = (text: string) =>
  text.replace(longRun, (run) => (run.replace(longLetters, ' ').match(/[\p{L}\p{M}\p{N}'’-]{1,60}|\S/gu) ?? []).join(' '));

/** Analyzes an English description: nouns, names, mood. */
export function analyzeEnglish(description: string): TextAnalysis {
  const text = plainText(description);
  const scene = extractScene(text);
  const document = readerFor(text).readDoc(spaced(text));
  const words: string[] = document.tokens().out();
  const tags: string[] = document.tokens().out(its.pos);
  const sentiment = Number(document.out(its.sentiment));
  return {
    language: 'en',
    foreign: false,
    scene,
    opening: openingOf(scene, text),
    keywords: nouns(words, tags),
    sentiment,
    mood: moodOf(text, sentiment),
  };
}

const pronouns = new Set('i we he she they you it'.split(' '));
const starters = new Set(['NOUN', 'ADJ', 'ADP', 'DET', 'NUM', 'VERB', 'ADV']);

function openingOf(scene: string, text: string): TextAnalysis['opening'] {
  const first = firstWord(scene);
  if (pronouns.has(first)) return 'sentence';
  if (determiners.has(first) || lookUp(first, 'en') !== undefined) return 'common';
  // A lower-case start in the text itself is a common word; a capital is a name if another follows.
  if (text.includes(scene) === false) return 'common';
  const tokens = readerFor(scene).readDoc(scene).tokens();
  const [tag = '', next = '']: string[] = tokens.out(its.pos);
  if (tag === 'PROPN') return next === 'PROPN' || next === 'CCONJ' ? 'name' : 'unknown';
  return starters.has(tag) ? 'common' : 'unknown';
}

/** Runs of nouns with their adjective are one keyword: "golden retriever puppy". */
function nouns(words: readonly string[], tags: readonly string[]): string[] {
  const runs: string[][] = [];
  let open = false;
  words.forEach((word, index) => {
    const noun = isNoun(word, tags[index], tags[index + 1]);
    if (noun && open) runs.at(-1)?.push(word);
    else if (noun) runs.push(tags[index - 1] === 'ADJ' && index > 0 ? [words[index - 1] ?? '', word] : [word]);
    open = noun;
  });
  return [...new Set(runs.map((run) => run.slice(-3).join(' ')))];
}

function isNoun(word: string, tag: string | undefined, next: string | undefined): boolean {
  if (tag !== 'NOUN' && tag !== 'PROPN') return false;
  // "grandmother baking bread": the tagger marks some verbs as nouns.
  const verb = /\p{Ll}{2}ing$/u.test(word) && (next === 'DET' || lookUp(word, 'en') === undefined);
  return !verb && /\p{L}{2}/u.test(word) && !empty.has(word.toLowerCase());
}
