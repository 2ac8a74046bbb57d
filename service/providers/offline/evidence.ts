import { functionWords } from './language.ts';
import { wordsOf } from './text.ts';

/** Words of questions in either language that say nothing of what is asked about. */
const asking = new Set(
  'what which where when why how much many does did do can could would should tell me please about there have has had been will be not qué cuál cuáles dónde cuándo por qué cómo cuánto cuánta cuántos cuántas quién quiénes puede puedes podría dime sobre hay ha han ser fue era tiene'.split(
    ' ',
  ),
);
const shortestTerm = 3;
/** Longest part of a context sentence that is quoted, in characters. */
const longestQuote = 300;

/** A word without accents and its ending: "mountains" and "mountain", "abre" and "abren" are the same. */
const stemOf = (word: string) =>
  word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/(?:ing|ed|es|s|n)$/, '')
    .replace(/[aeo]$/, '');

/** What a text is about: its words without those that only hold it together. */
export function termsOf(text: string): ReadonlySet<string> {
  const words = wordsOf(text).map(({ word }) => word.toLowerCase());
  const telling = words.filter((word) => !asking.has(word) && !functionWords.en.has(word) && !functionWords.es.has(word));
  return new Set(telling.filter((word) => word.length >= shortestTerm || /\d/.test(word)).map(stemOf));
}

const segmenter = new Intl.Segmenter('es', { granularity: 'sentence' });
const sentencesOf = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => [...segmenter.segment(line)].map(({ segment }) => segment.trim()))
    .filter((sentence) => /\p{L}/u.test(sentence) && !sentence.endsWith('?') && !sentence.endsWith(':'));

/**
 * The sentence of the contexts that answers a question best: it shares most of the question's terms, at least two of them
 * (one where it has only one). Undefined where none does; the first of equals.
 */
export function findEvidence(question: string, contexts: readonly string[]): string | undefined {
  const asked = termsOf(question);
  const enough = Math.min(2, asked.size);
  if (enough === 0) return undefined;
  let best: { readonly sentence: string; readonly shared: number } | undefined;
  for (const sentence of contexts.flatMap(sentencesOf)) {
    const terms = termsOf(sentence);
    const shared = [...asked].filter((term) => terms.has(term)).length;
    // What says no more than the question answers nothing.
    if (shared < enough || terms.size <= shared || shared <= (best?.shared ?? 0)) continue;
    best = { sentence, shared };
  }
  return best?.sentence.slice(0, longestQuote);
}
