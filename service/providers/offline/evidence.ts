import { termsOf } from '../../language/terms.ts';

/** Longest part of a context sentence that is quoted, in characters. */
const longestQuote = 300;

/** Labels and list marks at the start of a line: "Context:", "- ". */
const label = /^(?:[-*•]\s+|\p{Lu}\p{Ll}+:\s+)+/u;
const segmenter = new Intl.Segmenter('es', { granularity: 'sentence' });
const sentencesOf = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => [...segmenter.segment(line)].map(({ segment }) => segment.trim().replace(label, '')))
    .filter((sentence) => /\p{L}/u.test(sentence) && !sentence.endsWith('?') && !sentence.endsWith(':'));

/**
 * The sentence of the contexts that answers a question best: it shares most of the question's terms, at least two of them
 * (one if it has only one). Undefined if there is none; of equal sentences the first.
 */
export function findEvidence(question: string, contexts: readonly string[]): string | undefined {
  const questionTerms = termsOf(question);
  const enough = Math.min(2, questionTerms.size);
  if (enough === 0) return undefined;
  let best: { readonly sentence: string; readonly shared: number } | undefined;
  for (const sentence of contexts.flatMap(sentencesOf)) {
    const terms = termsOf(sentence);
    const shared = [...terms].filter((term) => questionTerms.has(term)).length;
    // A sentence without more terms than the question does not answer it.
    if (shared < enough || terms.size <= shared || shared <= (best?.shared ?? 0)) continue;
    best = { sentence, shared };
  }
  return best?.sentence.slice(0, longestQuote);
}
