import type { SentimentTrends } from '../../../news/analytics/schema.ts';

const dayMs = 86_400_000;
/** Days of a period up to which each day has a bar of its own. */
const maxBars = 92;

/** The length of the bars for a period. @param from first day @param to last day */
export const intervalFor = (from: string, to: string): SentimentTrends['interval'] =>
  (Date.parse(to) - Date.parse(from)) / dayMs < maxBars ? 'day' : 'week';

/** Days from a day to the next bar: weeks start on Monday. */
const daysToNext = (at: number, interval: SentimentTrends['interval']) =>
  interval === 'day' ? 1 : 7 - ((new Date(at).getUTCDay() + 6) % 7);

/** The first day of every day or week of the period, also of those without articles. */
export function startsOf({ from, to, interval }: Pick<SentimentTrends, 'from' | 'to' | 'interval'>): string[] {
  const starts: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += daysToNext(at, interval) * dayMs)
    starts.push(new Date(at).toISOString().slice(0, 10));
  return starts;
}
