import { objectives } from '../../contract/objectives.ts';
import {
  type Expression,
  observed,
  observedAbove,
  orZero,
  plus,
  type RecordedName,
  rate,
  ratio,
  recorded,
  sumOverTime,
  type TargetScope,
} from '../prometheus/promql.ts';
import { graphqlTraffic, restTraffic, userTraffic } from '../prometheus/traffic.ts';

/** Window of the rates from which those of the longer windows follow. */
const base = '5m';
/** Windows of recorded ratios: those of the burn-rate alerts, and that of the error budget. */
export const ratioWindows = [base, '30m', '1h', '2h', '6h', '1d', '3d', '30d'] as const;
export type RatioWindow = (typeof ratioWindows)[number];

/** How an objective is measured: events, and those that miss it. */
interface ObjectiveRule {
  /** Middle part of the names of its recorded series. */
  readonly record: string;
  /** What misses the objective. */
  readonly missed: string;
  /** Share of events that must meet it. */
  readonly target: number;
  readonly bad: Expression;
  readonly events: Expression;
}

const captions = { cache: { is: 'captions' } } as const;

/** Objectives whose error budget is recorded. */
export const objectiveRules = {
  availability: {
    record: 'requests_errors',
    missed: 'requests get server errors',
    target: objectives.availability.target,
    bad: rate('requests', base, { ...userTraffic, status: { matches: '5..' } }),
    events: rate('requests', base, userTraffic),
  },
  latency: {
    record: 'requests_slow',
    missed: `REST requests take longer than ${objectives.latency.thresholdSeconds} s`,
    target: objectives.latency.quantile,
    bad: observedAbove(objectives.latency.thresholdSeconds, 'requestDuration', base, restTraffic),
    events: observed('requestDuration', base, restTraffic),
  },
  graphqlLatency: {
    record: 'graphql_slow',
    missed: `GraphQL operations take longer than ${objectives.graphqlLatency.thresholdSeconds} s`,
    target: objectives.graphqlLatency.quantile,
    bad: observedAbove(objectives.graphqlLatency.thresholdSeconds, 'requestDuration', base, graphqlTraffic),
    events: observed('requestDuration', base, graphqlTraffic),
  },
  workerLatency: {
    record: 'batch_items_slow',
    missed: `items of batches take longer than ${objectives.workerLatency.thresholdSeconds} s`,
    target: objectives.workerLatency.quantile,
    bad: observedAbove(objectives.workerLatency.thresholdSeconds, 'batchItemDuration', base),
    events: observed('batchItemDuration', base),
  },
  statementLatency: {
    record: 'statements_slow',
    missed: `statements of the database take longer than ${objectives.statementLatency.thresholdSeconds} s`,
    target: objectives.statementLatency.quantile,
    bad: observedAbove(objectives.statementLatency.thresholdSeconds, 'databaseDuration', base),
    events: observed('databaseDuration', base),
  },
  cacheHitRate: {
    record: 'cache_misses',
    missed: 'captions come from no cache',
    target: objectives.cacheHitRate.target,
    bad: rate('cacheMisses', base, captions),
    events: plus(rate('cacheHits', base, captions), rate('cacheMisses', base, captions)),
  },
} as const satisfies Record<string, ObjectiveRule>;
export type ObjectiveName = keyof typeof objectiveRules;
export const objectiveNames: readonly ObjectiveName[] = Object.keys(objectiveRules).filter(
  (name): name is ObjectiveName => name in objectiveRules,
);

const series = (objective: ObjectiveName, aggregation: string): RecordedName =>
  `instagram_captions:${objectiveRules[objective].record}:${aggregation}`;
/** The recorded share of events that miss an objective, 0..1. */
export const missedRatio = (objective: ObjectiveName, window: RatioWindow): RecordedName => series(objective, `ratio_rate${window}`);
export const badRate = (objective: ObjectiveName) => series(objective, `bad_rate${base}`);
export const eventRate = (objective: ObjectiveName) => series(objective, `events_rate${base}`);

/** Seconds between two samples of a recorded rate. */
export const rateIntervalSeconds = 30;
/** Long windows are read less often, because each evaluation reads all samples of the window. */
const groups = [
  { suffix: 'objectives', interval: `${rateIntervalSeconds}s`, windows: ['30m', '1h', '2h', '6h'] },
  { suffix: 'objectives-long', interval: '2m', windows: ['1d', '3d', '30d'] },
] as const;

/**
 * Recording rules of all objectives. A ratio over a long window is that of the sums of recorded rates, so that it counts events, not minutes,
 * and is cheap.
 */
export function objectiveGroups(prefix: string, labels: Readonly<Record<string, string>> = {}, targets?: TargetScope) {
  const rule = (record: RecordedName, expression: Expression) => ({ record, expr: expression.promql(targets), labels });
  const baseRules = objectiveNames.flatMap((name) => [
    rule(eventRate(name), objectiveRules[name].events),
    rule(badRate(name), orZero(objectiveRules[name].bad, objectiveRules[name].events)),
    rule(missedRatio(name, base), ratio(recorded(badRate(name)), recorded(eventRate(name)))),
  ]);
  const windowRules = (windows: readonly RatioWindow[]) =>
    objectiveNames.flatMap((name) =>
      windows.map((window) =>
        rule(missedRatio(name, window), ratio(sumOverTime(badRate(name), window), sumOverTime(eventRate(name), window))),
      ),
    );
  return groups.map(({ suffix, interval, windows }) => ({
    name: `${prefix}-${suffix}`,
    interval,
    rules: [...(suffix === 'objectives' ? baseRules : []), ...windowRules(windows)],
  }));
}
