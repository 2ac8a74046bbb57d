import { contentWords, type Term } from '../../language/terms.ts';

/** BM25: how soon a word's repetition counts no more, and how much a long text is held against it. */
const k1 = 1.2;
const b = 0.75;
const mostWordsNamed = 5;

export interface Relevance {
  /** The share of what the query asks for that the text speaks of, rare words counting more; 0 to 1. */
  readonly relevance: number;
  /** The query's own words that the text has too, in the query's order; at most 5. */
  readonly shared: readonly string[];
}

interface Counted {
  readonly length: number;
  readonly counts: ReadonlyMap<string, number>;
}

function count(terms: readonly Term[]): Counted {
  const counts = new Map<string, number>();
  for (const { stem } of terms) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return { length: terms.length, counts };
}

/** How much each text has to do with the query: Okapi BM25 over its telling words, divided by what a text would get that has them all. */
export function relevances(query: string, texts: readonly string[]): readonly Relevance[] {
  const asked = new Map(contentWords(query).map(({ word, stem }) => [stem, word]));
  const documents = texts.map((text) => count(contentWords(text)));
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / Math.max(1, documents.length);
  const weights = new Map(
    [...asked.keys()].map((stem) => {
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
    const shared = [...asked].filter(([stem]) => counts.has(stem)).map(([, word]) => word);
    // Three places: what differs less is the same, and keeps its order.
    return { relevance: most === 0 ? 0 : Math.round(Math.min(1, score / most) * 1000) / 1000, shared: shared.slice(0, mostWordsNamed) };
  });
}
