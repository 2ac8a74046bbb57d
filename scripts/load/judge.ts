import type { Measurement } from './measure.ts';
import { type LoadObjectiveName, loadObjectiveNames, loadObjectiveOf } from './objectives.ts';
import type { Figure, ServiceFigure } from './service-figures.ts';

/** An objective and what was measured. */
export interface Judgement {
  readonly objective: LoadObjectiveName;
  readonly state: 'met' | 'missed' | 'not measured';
  /** Seconds, or a share from 0 to 1; undefined: not measured. */
  readonly value?: number;
  /** The scenario with the worst latency, or why nothing was measured. */
  readonly detail?: string;
}

/** Seconds of the slowest scenario of an objective. */
function latency(
  objective: LoadObjectiveName,
  quantile: number,
  measurements: readonly Measurement[],
): Omit<Judgement, 'objective' | 'state'> {
  const slowest = measurements
    .filter(({ scenario, latencies }) => scenario.objective === objective && latencies.count() > 0)
    .toSorted((a, b) => b.latencies.quantile(quantile) - a.latencies.quantile(quantile))[0];
  if (slowest === undefined) return { detail: 'no request succeeded' };
  return { value: slowest.latencies.quantile(quantile) / 1000, detail: slowest.scenario.name };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Seconds; a batch is no single response. */
function average(measurements: readonly Measurement[]): Figure {
  const single = measurements.filter(({ scenario }) => scenario.until === undefined).map(({ latencies }) => latencies);
  const count = sum(single.map((latencies) => latencies.count()));
  return count === 0 ? 'no request succeeded' : sum(single.map((all) => (all.count() === 0 ? 0 : all.mean() * all.count()))) / count / 1000;
}

export const errorsOf = ({ errors }: Measurement) => sum([...errors.values()]);
const errorRate = (measurements: readonly Measurement[]): Figure =>
  sum(measurements.map(errorsOf)) / sum(measurements.map(({ sent }) => sent));

/** Judges every objective. */
export function judgeLoad(measurements: readonly Measurement[], service: Readonly<Record<ServiceFigure, Figure>>): readonly Judgement[] {
  const figures: Readonly<Partial<Record<LoadObjectiveName, Figure>>> = {
    ...service,
    averageLatency: average(measurements),
    errors: errorRate(measurements),
  };
  return loadObjectiveNames.map((objective) => {
    const { quantile, below, above } = loadObjectiveOf(objective);
    const figure = figures[objective];
    const measured =
      figure === undefined
        ? latency(objective, quantile ?? Number.NaN, measurements)
        : typeof figure === 'number'
          ? { value: figure }
          : { detail: figure };
    const { value } = measured;
    if (value === undefined || Number.isNaN(value)) return { objective, ...measured, state: 'not measured' };
    const met = value < (below ?? Number.POSITIVE_INFINITY) && value > (above ?? Number.NEGATIVE_INFINITY);
    return { objective, ...measured, state: met ? 'met' : 'missed' };
  });
}
