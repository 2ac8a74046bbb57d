import { type Sentiment, sentiments } from '../../../../contract/news.ts';

interface Count {
  readonly sentiment: string | null;
  readonly articles: number;
  readonly score: number | null;
}

/** Articles of a day or week by their tone. */
export type SentimentRow = { readonly key: string; readonly articles: number; readonly score: number | null } & Readonly<
  Record<Sentiment, number>
>;

const isSentiment = (name: string | null): name is Sentiment => sentiments.some((each) => each === name);

/** One row for each day or week with articles, with a column for each tone. */
export function pivotSentiments<C extends Count>(counts: readonly C[], keyOf: (count: C) => string | null): readonly SentimentRow[] {
  const groups = Map.groupBy(counts, (count) => keyOf(count) ?? '');
  return [...groups].map(([key, group]) => {
    const scored = group.filter(({ score }) => score !== null);
    const scoredArticles = scored.reduce((sum, { articles }) => sum + articles, 0);
    const total = scored.reduce((sum, { articles, score }) => sum + articles * (score ?? 0), 0);
    const row = { key, articles: 0, score: scoredArticles === 0 ? null : total / scoredArticles, positive: 0, neutral: 0, negative: 0 };
    for (const { sentiment, articles } of group) {
      row.articles += articles;
      if (isSentiment(sentiment)) row[sentiment] += articles;
    }
    return row;
  });
}
