import type { ExportDataset } from '../../../../contract/news-exports.ts';
import { countArticles } from '../../analytics/counts.ts';
import type { CellValue, Column, ColumnKind, Table } from '../formats/table.ts';
import { type ArticleRow, articleBatches } from './article-rows.ts';
import { type ContentContext, type ContentSource, readContent } from './content.ts';
import { pivotSentiments } from './sentiment-rows.ts';
import { countBySource } from './source-counts.ts';
import { words } from './words.ts';

type Columns = Readonly<Record<string, ColumnKind>>;

const articleColumns = {
  id: 'text',
  published_at: 'time',
  is_date_known: 'text',
  title: 'long',
  summary: 'long',
  url: 'long',
  source: 'text',
  author: 'text',
  language: 'text',
  country: 'text',
  relevance: 'decimal',
  is_relevant: 'text',
  sentiment: 'text',
  sentiment_score: 'decimal',
  sentiment_confidence: 'decimal',
  topics: 'text',
  keywords: 'text',
} as const satisfies { readonly [K in keyof ArticleRow]: ColumnKind };

const totals = { articles: 'integer', score: 'decimal' } as const;
const tones = { articles: 'integer', positive: 'integer', neutral: 'integer', negative: 'integer', score: 'decimal' } as const;

type Row = Readonly<Record<string, CellValue>>;
interface Definition {
  readonly columns: Columns;
  readonly rows: (source: ContentSource) => AsyncIterable<readonly Row[]>;
}

/** The rows of a query as one batch. */
const batch = (read: (context: ContentContext) => Promise<readonly Row[]>) =>
  async function* (source: ContentSource) {
    const rows = await readContent(source, read);
    if (rows.length > 0) yield rows;
  };

/** Days and weeks are dates in spreadsheets. */
const asDate = (day: string | null) => (day === null ? null : new Date(`${day}T00:00:00Z`));
const named = async (context: ContentContext, by: 'topic' | 'country') =>
  (await countArticles(context.db, { ...context, by: [by] })).map((row) => ({ ...row }));
const byDay = (context: ContentContext, by: 'day' | 'week') => countArticles(context.db, { ...context, by: [by, 'sentiment'] });

const definitions: Readonly<Record<Exclude<ExportDataset, 'report'>, Definition>> = {
  articles: {
    columns: articleColumns,
    async *rows({ read, ...selection }) {
      for await (const articles of articleBatches(read, selection)) yield articles.map((article) => ({ ...article }));
    },
  },
  sentiment: {
    columns: { day: 'day', ...tones },
    rows: batch(async (context) =>
      pivotSentiments(await byDay(context, 'day'), ({ day }) => day).map(({ key, ...rest }) => ({ ...rest, day: asDate(key) })),
    ),
  },
  weeks: {
    columns: { week: 'day', ...tones },
    rows: batch(async (context) =>
      pivotSentiments(await byDay(context, 'week'), ({ week }) => week).map(({ key, ...rest }) => ({ ...rest, week: asDate(key) })),
    ),
  },
  topics: { columns: { topic: 'text', ...totals }, rows: batch((context) => named(context, 'topic')) },
  countries: { columns: { country: 'text', ...totals }, rows: batch((context) => named(context, 'country')) },
  sources: {
    columns: { source: 'text', ...totals },
    rows: batch(async ({ db, ...selection }) => (await countBySource(db, selection)).map((row) => ({ ...row }))),
  },
};

/** The rows of a dataset, with the headers of its language. */
export function tableOf(dataset: Exclude<ExportDataset, 'report'>, source: ContentSource): Table {
  const { columns, rows } = definitions[dataset];
  const { datasets, columns: titles } = words[source.language];
  const keys = Object.keys(columns);
  async function* batches() {
    for await (const records of rows(source)) yield records.map((record) => keys.map((key) => record[key] ?? null));
  }
  const heads = Object.entries(columns).map(([key, kind]): Column => ({ key, kind, title: titles[key] ?? key }));
  return { name: datasets[dataset], columns: heads, batches: batches() };
}
