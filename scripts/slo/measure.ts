import { allowedShare, objectiveWindowDays } from '../../contract/objectives.ts';
import {
  badRate,
  eventRate,
  type ObjectiveName,
  objectiveNames,
  objectiveRules,
  rateIntervalSeconds,
} from '../../manifests/monitoring/objective-rules.ts';
import { type RecordedName, summed, sumOverTime, type TargetScope } from '../../manifests/prometheus/promql.ts';
import { type PrometheusApi, queryRange, type Sample } from '../prometheus/query.ts';

const [daySeconds, hourSeconds] = [86_400, 3600];

/** Events of the 24 hours before `until`. */
interface DayOfEvents {
  readonly until: string;
  readonly total: number;
  readonly bad: number;
}

export interface MeasuredObjective {
  readonly name: ObjectiveName;
  /** What misses the objective. */
  readonly missed: string;
  /** Share of events that must be good, 0..1. */
  readonly target: number;
  readonly total: number;
  readonly bad: number;
  /** Share of good events; null without events. */
  readonly measured: number | null;
  /** Null without events. `minutes`: of a complete failure, in the days that Prometheus recorded. */
  readonly budgetLeft: { readonly percent: number; readonly minutes: number; readonly events: number } | null;
  /** Bad events of the last hour, as a multiple of those that use up the budget exactly in the window; null without events in that hour. */
  readonly burnRate: number | null;
  readonly worstDay: { readonly until: string; readonly measured: number } | null;
  /** Newest last; without the days that have no events. */
  readonly days: readonly DayOfEvents[];
}

export interface SloReport {
  readonly windowDays: number;
  readonly end: string;
  /** Days of the window in which Prometheus recorded a rate, even 0. */
  readonly recordedDays: number;
  readonly objectives: readonly MeasuredObjective[];
}

/**
 * Measures every objective over the window that ends at `end`, in seconds since 1970.
 * @throws if Prometheus does not respond
 */
export async function measureObjectives(
  api: PrometheusApi,
  scope: TargetScope | undefined,
  end: number,
  signal: AbortSignal,
): Promise<SloReport> {
  const windowStart = end - objectiveWindowDays * daySeconds;
  /** Sums of the samples of a series in every `window` until `end`. */
  const sums = (series: RecordedName, window: '1d' | '1h', start: number) => {
    const range = { start, end, stepSeconds: window === '1d' ? daySeconds : hourSeconds };
    return queryRange(api, summed(sumOverTime(series, window)).promql(scope), range, signal);
  };
  const objectives: Omit<EventsOfObjective, 'recordedDays'>[] = [];
  const hours = new Set<number>();
  // One query after the other: each reads a month of samples.
  for (const name of objectiveNames) {
    const [total, bad] = [eventRate(name), badRate(name)];
    const days = daysOf(await sums(total, '1d', windowStart + daySeconds), await sums(bad, '1d', windowStart + daySeconds));
    const hourly = await sums(total, '1h', windowStart + hourSeconds);
    for (const { time } of hourly) hours.add(time);
    const badNow = shareOf((await sums(bad, '1h', end))[0]?.value, hourly.find(({ time }) => time === end)?.value);
    objectives.push({ name, days, badNow });
  }
  const recordedDays = hours.size / 24;
  const evaluated = objectives.map((each) => evaluate({ ...each, recordedDays }));
  return { windowDays: objectiveWindowDays, end: isoOf(end), recordedDays, objectives: evaluated };
}

const isoOf = (seconds: number) => new Date(seconds * 1000).toISOString();

/** Sums of rates per second become events. */
function daysOf(totals: readonly Sample[], bads: readonly Sample[]): DayOfEvents[] {
  const badAt = new Map(bads.map(({ time, value }) => [time, value]));
  return totals
    .filter(({ value }) => value > 0)
    .map(({ time, value }) => ({
      until: isoOf(time),
      total: value * rateIntervalSeconds,
      bad: Math.max(0, badAt.get(time) ?? 0) * rateIntervalSeconds,
    }));
}

const shareOf = (bad = 0, total = 0): number | null => (total > 0 ? Math.max(0, bad) / total : null);

interface EventsOfObjective {
  readonly name: ObjectiveName;
  readonly days: readonly DayOfEvents[];
  /** Share of bad events in the last hour. */
  readonly badNow: number | null;
  readonly recordedDays: number;
}

function evaluate({ name, days, badNow, recordedDays }: EventsOfObjective): MeasuredObjective {
  const { target, missed } = objectiveRules[name];
  const sum = (which: 'total' | 'bad') => days.reduce((all, day) => all + day[which], 0);
  const [total, bad, allowed] = [sum('total'), sum('bad'), allowedShare(target)];
  const badShare = shareOf(bad, total);
  const left = badShare === null ? null : 1 - badShare / allowed;
  const worst = days.toSorted((a, b) => b.bad / b.total - a.bad / a.total)[0];
  return {
    ...{ name, missed, target, total, bad, days },
    measured: badShare === null ? null : 1 - badShare,
    budgetLeft:
      left === null ? null : { percent: left * 100, minutes: left * allowed * recordedDays * 24 * 60, events: total * allowed - bad },
    burnRate: badNow === null ? null : badNow / allowed,
    worstDay: worst === undefined ? null : { until: worst.until, measured: 1 - worst.bad / worst.total },
  };
}
