import { contentWords, type Term } from '../../language/terms.ts';

/** BM25: term frequency saturation and length normalization. */
const k1 = 1.2;
const b = 0.75;
const mostWordsNamed = 5;

export interface Relevance {
  /** The share of the query's words that the text has, rare words weighing more; 0 to 1. */
  readonly relevance: number;
  /** The query's own words that the text has too, in the query's order; at most 5. */
  readonly shared: readonly string[];
}

/** The content words of a text, and how often each stem occurs. */
export interface CountedTerms {
  readonly terms: readonly Term[];
  readonly counts: ReadonlyMap<string, number>;
}

export function countTerms(text: string): CountedTerms {
  const terms = contentWords(text);
  const counts = new Map<string, number>();
  for (const { stem } of terms) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return { terms, counts };
}

/** The relevance of each text: Okapi BM25 over the query's content words, divided by the score of a text that has them all. */
export function relevances(query: CountedTerms, texts: readonly CountedTerms[]): readonly Relevance[] {
  const queryTerms = new Map(query.terms.map(({ word, stem }) => [stem, word]));
  const documents = texts.map(({ terms, counts }) => ({ length: terms.length, counts }));
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const weights = new Map(
    [...queryTerms.keys()].map((stem) => {
      const having = documents.filter(({ counts }) => counts.has(stem)).length;
      return [stem, Math.log(1 + (documents.length - having + 0.5) / (having + 0.5))];
    }),
  );
  const most = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  return documents.map(({ length, counts }) => {
    const score = [...weights].reduce((sum, [stem, weight]) => {
      const times = counts.get(stem) ?? 0;
      return sum + (weight * times * (k1 + 1)) / (times + k1 * (1 - b + (b * length) / Math.max(1, mean)));
    }, 0);
    const shared = [...queryTerms].filter(([stem]) => counts.has(stem)).map(([, word]) => word);
    // Rounded to three decimals: smaller differences keep their order.
    return { relevance: most === 0 ? 0 : Math.round(Math.min(1, score / most) * 1000) / 1000, shared: shared.slice(0, mostWordsNamed) };
  });
}
