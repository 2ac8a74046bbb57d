import { sentiments } from '../../../../contract/news.ts';
import type { ExportDataset } from '../../../../contract/news-exports.ts';
import { chart } from '../../../charts/chart.ts';
import type { ChartOptions } from '../../../charts/frame.ts';
import type { ChartNode } from '../../../charts/node.ts';
import { loadWorld } from '../../../charts/world.ts';
import { countArticles } from '../../analytics/counts.ts';
import { daysIn, type Period, toDays } from '../../filters.ts';
import { type ContentContext, topicTitle } from './content.ts';
import { pivotSentiments, type SentimentRow } from './sentiment-rows.ts';
import { countBySource } from './source-counts.ts';
import { words } from './words.ts';

const dayMs = 86_400_000;
/** Bars of a chart over time; a longer period has bars of weeks. */
const maxDays = 92;
const maxBars = 20;

export type ChartDataset = Exclude<ExportDataset, 'articles' | 'report'>;

/** First and last day, as readers write them. */
export function periodText({ period, language }: Pick<ContentContext, 'period' | 'language'>): string {
  const { from, to } = toDays(period);
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  return words[language].period(format.format(Date.parse(from)), format.format(Date.parse(to)));
}

const optionsOf = (dataset: ChartDataset, context: ContentContext): ChartOptions => ({
  id: dataset,
  title: `${words[context.language].datasets[dataset]}, ${periodText(context)}`,
  language: context.language,
  theme: 'file',
  format: { maximumFractionDigits: 0 },
});

const dayText = (ms: number) => new Date(ms).toISOString().slice(0, 10);
/** Every day of a period, or the Monday of every week that it touches. */
function starts({ from, to }: Period, unit: 'day' | 'week'): readonly string[] {
  // 1970-01-05 was a Monday.
  const [step, origin] = unit === 'day' ? [dayMs, 0] : [7 * dayMs, 4 * dayMs];
  const first = Math.floor((from.getTime() - origin) / step) * step + origin;
  return Array.from({ length: Math.ceil((to.getTime() - first) / step) }, (_, index) => dayText(first + index * step));
}

async function overTime(context: ContentContext, dataset: 'sentiment' | 'weeks'): Promise<ChartNode> {
  const unit = dataset === 'weeks' || daysIn(context.period) > maxDays ? 'week' : 'day';
  const counts = await countArticles(context.db, { ...context, by: [unit, 'sentiment'] });
  const rows = pivotSentiments(counts, (count) => count[unit]);
  const byStart = new Map<string, SentimentRow>(rows.map((row) => [row.key, row]));
  const days = rows.length === 0 ? [] : starts(context.period, unit);
  // Negative, neutral, positive: the styles of the page.
  const slots = { positive: 0, negative: 1, neutral: 7 } as const;
  const series = sentiments.map((name) => ({
    name: words[context.language].sentiments[name],
    slot: slots[name],
    values: days.map((day) => byStart.get(day)?.[name] ?? 0),
  }));
  return chart('stackedBars', { days, series }, optionsOf(dataset, context));
}

const bars = (dataset: ChartDataset, context: ContentContext, rows: readonly { readonly label: string; readonly value: number }[]) =>
  chart('horizontalBars', rows.toSorted((a, b) => b.value - a.value).slice(0, maxBars), optionsOf(dataset, context));

const drawn: Readonly<Record<ChartDataset, (context: ContentContext) => Promise<ChartNode>>> = {
  sentiment: (context) => overTime(context, 'sentiment'),
  weeks: (context) => overTime(context, 'weeks'),
  async topics(context) {
    const counts = await countArticles(context.db, { ...context, by: ['topic'] });
    return bars(
      'topics',
      context,
      counts.map(({ topic, articles }) => ({ label: topicTitle(context, topic ?? ''), value: articles })),
    );
  },
  async sources(context) {
    const counts = await countBySource(context.db, context);
    return bars(
      'sources',
      context,
      counts.map(({ source, articles }) => ({ label: source, value: articles })),
    );
  },
  async countries(context) {
    const [counts, world] = await Promise.all([countArticles(context.db, { ...context, by: ['country'] }), loadWorld()]);
    const values = counts.flatMap(({ country, articles }) => (country === null ? [] : [{ country, value: articles }]));
    return chart('worldMap', { world, values }, optionsOf('countries', context));
  },
};

/** The chart of a dataset. */
export const chartOf = (dataset: ChartDataset, context: ContentContext): Promise<ChartNode> => drawn[dataset](context);
