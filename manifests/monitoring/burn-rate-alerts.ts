import { above, both, recorded } from '../prometheus/promql.ts';
import { type Alert, alertNames } from './alert.ts';
import { missedRatio, type ObjectiveName, objectiveNames, objectiveRules, type RatioWindow } from './objective-rules.ts';

/**
 * Windows and factors of the SRE workbook for a budget of 30 days: 14.4 spends 2 % of it in an hour. The short window ends the alert soon
 * after the cause.
 */
export const burnRates = [
  { factor: 14.4, long: '1h', short: '5m', fast: true },
  { factor: 6, long: '6h', short: '30m', fast: true },
  { factor: 3, long: '1d', short: '2h', fast: false },
  { factor: 1, long: '3d', short: '6h', fast: false },
] as const satisfies readonly { factor: number; long: RatioWindow; short: RatioWindow; fast: boolean }[];
export type BurnRate = (typeof burnRates)[number];

/** The cache has an alert of its own, whose windows fit its budget of 20 %. */
const withoutAlerts: readonly ObjectiveName[] = ['cacheHitRate'];

/** The ratio above which a burn rate spends the budget too fast. */
export const burnThreshold = (objective: ObjectiveName, { factor }: BurnRate): number =>
  Number((factor * (1 - objectiveRules[objective].target)).toFixed(6));

/** Only errors page: slow answers are a warning at any rate, since a slow text model causes them, too. */
const severityOf = (objective: ObjectiveName, { fast }: BurnRate) => (objective === 'availability' && fast ? 'critical' : 'warning');

const percent = (share: number) => `${Math.round(share * 10_000) / 100} %`;

/** One alert per objective and burn rate. */
export const burnRateAlerts: readonly Alert[] = objectiveNames
  .filter((name) => !withoutAlerts.includes(name))
  .flatMap((objective) =>
    burnRates.map((burn) => {
      const threshold = burnThreshold(objective, burn);
      const over = (window: RatioWindow) => above(recorded(missedRatio(objective, window)), threshold);
      return {
        alert: alertNames.budget,
        labels: { objective, window: burn.long },
        expression: both(over(burn.long), over(burn.short)),
        for: '1m',
        severity: severityOf(objective, burn),
        summary: `The error budget of ${objective} is spent at ${burn.factor} times the allowed rate`,
        description: `More than ${percent(threshold)} of the last ${burn.long} and ${burn.short}: ${objectiveRules[objective].missed}`,
        runbook: 'budget.md',
      };
    }),
  );
