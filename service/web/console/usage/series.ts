import type * as z from 'zod';
import type { usageRow } from '../../../usage/schema.ts';

export type UsageRow = z.output<typeof usageRow>;
export type UsageBucket = 'hour' | 'day' | 'month';

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/** Ranges that people choose from: their length, and the buckets that a chart of it can show, the default first. */
export const ranges = {
  day: { ms: dayMs, buckets: ['hour'] },
  week: { ms: 7 * dayMs, buckets: ['day', 'hour'] },
  month: { ms: 30 * dayMs, buckets: ['day'] },
  quarter: { ms: 90 * dayMs, buckets: ['day', 'month'] },
} as const satisfies Record<string, { ms: number; buckets: readonly [UsageBucket, ...UsageBucket[]] }>;
export type Range = keyof typeof ranges;

/** The start of the bucket that contains a time; buckets are in UTC, as in the service. */
function bucketStart(time: number, bucket: UsageBucket): number {
  if (bucket === 'hour') return time - (time % hourMs);
  if (bucket === 'day') return time - (time % dayMs);
  const date = new Date(time);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextBucket(start: number, bucket: UsageBucket): number {
  if (bucket !== 'month') return start + (bucket === 'hour' ? hourMs : dayMs);
  const date = new Date(start);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

/** Start of a range that ends now, with whole buckets, the current one included. */
export function rangeStart(range: Range, bucket: UsageBucket, now: number): string {
  const length = { hour: hourMs, day: dayMs, month: 28 * dayMs }[bucket];
  return new Date(bucketStart(now - ranges[range].ms + length, bucket)).toISOString();
}

/** Starts of all buckets of a range, also of those without usage. */
export function bucketStarts(from: string, to: string, bucket: UsageBucket): string[] {
  const starts: string[] = [];
  for (let start = bucketStart(Date.parse(from), bucket); start < Date.parse(to); start = nextBucket(start, bucket)) {
    starts.push(new Date(start).toISOString());
  }
  return starts;
}

export interface Totals {
  readonly requests: number;
  readonly cached: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly cost_micros: number;
}

const none: Totals = { requests: 0, cached: 0, prompt_tokens: 0, completion_tokens: 0, cost_micros: 0 };

export const totalsOf = (rows: readonly Totals[]): Totals =>
  rows.reduce(
    (sum, row) => ({
      requests: sum.requests + row.requests,
      cached: sum.cached + row.cached,
      prompt_tokens: sum.prompt_tokens + row.prompt_tokens,
      completion_tokens: sum.completion_tokens + row.completion_tokens,
      cost_micros: sum.cost_micros + row.cost_micros,
    }),
    none,
  );

/** Numbers of which a chart shows one. */
export const measures = {
  requests: ({ requests }: Totals) => requests,
  tokens: (row: Totals) => row.prompt_tokens + row.completion_tokens,
  cost: ({ cost_micros }: Totals) => cost_micros,
} as const;
export type Measure = keyof typeof measures;

/** Groups that a chart distinguishes by colour; the smaller ones are summed up. */
export const maxGroups = 5;

export interface GroupTotals {
  /** null: requests without this property; undefined: all smaller groups together. */
  readonly group: string | null | undefined;
  readonly rows: readonly UsageRow[];
}

/** The rows by group, the group with the most requests first, and the smaller groups together at the end. */
export function groupsOf(rows: readonly UsageRow[]): GroupTotals[] {
  const groups = [...Map.groupBy(rows, ({ group }) => group)]
    .map(([group, members]) => ({ group, rows: members }))
    .sort((a, b) => totalsOf(b.rows).requests - totalsOf(a.rows).requests);
  if (groups.length <= maxGroups + 1) return groups;
  return [...groups.slice(0, maxGroups), { group: undefined, rows: groups.slice(maxGroups).flatMap((each) => each.rows) }];
}

/** A number for each bucket. */
export function valuesOf(rows: readonly UsageRow[], starts: readonly string[], measure: Measure): number[] {
  const byBucket = Map.groupBy(rows, ({ bucket }) => Date.parse(bucket));
  return starts.map((start) => measures[measure](totalsOf(byBucket.get(Date.parse(start)) ?? [])));
}
