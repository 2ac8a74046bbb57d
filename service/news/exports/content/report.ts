import { countArticles } from '../../analytics/counts.ts';
import { type ArticleFilters, periodBefore } from '../../filters.ts';
import type { Report, ReportArticle, ReportTable } from '../formats/report.ts';
import { type ArticleRow, newestArticles } from './article-rows.ts';
import { chartOf, periodText } from './charts.ts';
import { type ContentContext, topicTitle } from './content.ts';
import { countBySource, type SourceCount } from './source-counts.ts';
import { words } from './words.ts';

const newestCount = 100;
const topCount = 10;

interface Totals {
  readonly articles: number;
  readonly score: number | null;
}

function numbersOf({ language }: ContentContext) {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const score = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' });
  return { whole: (value: number) => whole.format(value), score: (value: number | null) => (value === null ? '–' : score.format(value)) };
}

/** The filters other than the period that are not the default. */
function filtersOf(context: ContentContext, sources: readonly SourceCount[]): Report['filters'] {
  const { filters: names, values, sentiments } = words[context.language];
  const { source, language, country, topic, sentiment, q, relevant, duplicates } = context.filters;
  const shown: Readonly<Record<keyof typeof names, string | undefined>> = {
    source: source === undefined ? undefined : (sources[0]?.source ?? source),
    language,
    country,
    topic: topic === undefined ? undefined : topicTitle(context, topic),
    sentiment: sentiment === undefined ? undefined : sentiments[sentiment],
    q,
    relevant: relevant === 'any' ? values.any : undefined,
    duplicates: duplicates === 'include' ? values.include : undefined,
  } satisfies Record<Exclude<keyof ArticleFilters, 'from' | 'to'>, string | undefined>;
  return Object.entries(names).flatMap(([key, name]) => {
    const value = Object.entries(shown).find(([each]) => each === key)?.[1];
    return value === undefined ? [] : [[name, value] as const];
  });
}

function topTable(
  context: ContentContext,
  title: string,
  head: string,
  rows: readonly (Totals & { readonly name: string })[],
): ReportTable {
  const { columns } = words[context.language];
  const { whole, score } = numbersOf(context);
  const top = rows.toSorted((a, b) => b.articles - a.articles).slice(0, topCount);
  return {
    title,
    columns: [head, columns.articles ?? '', columns.score ?? ''],
    rows: top.map((row) => [row.name, whole(row.articles), score(row.score)]),
  };
}

function toReportArticle(context: ContentContext, { title, url, source, published_at, sentiment }: ArticleRow): ReportArticle {
  const day = new Intl.DateTimeFormat(context.language, { dateStyle: 'medium', timeZone: 'UTC' }).format(published_at);
  const tone = sentiment === null ? [] : [words[context.language].sentiments[sentiment]];
  return { title, url, about: [source, day, ...tone].join(' · ') };
}

/** The content of a report: figures, charts, the top topics and sources, the newest articles. */
export async function reportOf(context: ContentContext): Promise<Report> {
  const { db, filters, period, language, subject } = context;
  const text = words[language];
  const { whole, score } = numbersOf(context);
  const count = <D extends 'topic' | 'country' | 'language'>(by: D) => countArticles(db, { filters, period, by: [by] });
  const [[total], [before], topics, countries, languages, sources, newest] = await Promise.all([
    countArticles(db, { filters, period, by: [] }),
    countArticles(db, { filters, period: periodBefore(period), by: [] }),
    count('topic'),
    count('country'),
    count('language'),
    countBySource(db, context),
    newestArticles(db, context, newestCount),
  ]);
  const hasArticles = newest.length > 0;
  const known = countries.filter(({ country }) => country !== null).length;
  const figures: readonly (readonly [string, string] | undefined)[] = [
    [text.figures.articles, whole(total?.articles ?? 0)],
    before !== undefined && before.articles > 0 ? [text.figures.before, whole(before.articles)] : undefined,
    [text.figures.sources, whole(sources.length)],
    known > 0 ? [text.figures.countries, whole(known)] : undefined,
    [text.figures.languages, whole(languages.filter((each) => each.language !== null).length)],
    total !== undefined && total.score !== null ? [text.figures.score, score(total.score)] : undefined,
  ];
  const charts = hasArticles
    ? await Promise.all((['sentiment', 'topics', 'countries'] as const).map((each) => chartOf(each, context)))
    : [];
  return {
    language,
    title: `${text.datasets.report}: ${subject.title[language]}`,
    period: periodText(context),
    createdAt: new Date(),
    filters: filtersOf(context, sources),
    figures: figures.filter((each) => each !== undefined),
    charts,
    tables: [
      topTable(
        context,
        text.datasets.topics,
        text.columns.topic ?? '',
        topics.map((row) => ({ ...row, name: topicTitle(context, row.topic ?? '') })),
      ),
      topTable(
        context,
        text.datasets.sources,
        text.columns.source ?? '',
        sources.map((row) => ({ ...row, name: row.source })),
      ),
    ],
    articlesTitle: text.newest(newest.length),
    articles: newest.map((article) => toReportArticle(context, article)),
    noData: text.noData,
    page: text.page,
  };
}
