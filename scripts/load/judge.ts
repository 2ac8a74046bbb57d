import { arrivalsIn } from './arrivals.ts';
import type { Measurement } from './measure.ts';
import { durationsFor, type LoadObjectiveName, loadObjectiveNames, loadObjectiveOf } from './objectives.ts';
import { perSecondOf, type Scenario } from './scenarios.ts';
import { type Figure, isServiceFigure, type ServiceFigure } from './service-figures.ts';

/** What was measured, and whether it meets its objective. */
interface Verdict {
  readonly state: 'met' | 'missed' | 'not measured';
  /** Seconds, or a share from 0 to 1; undefined: not measured, or nothing that could be measured succeeded. */
  readonly value?: number;
  /** The scenario with the worst latency or error rate, or why there is no value. */
  readonly detail?: string;
}
export interface Judgement extends Verdict {
  readonly objective: LoadObjectiveName;
}
interface Plan {
  readonly rate: number;
  readonly seconds: number;
}

/** Whether a run with this judgement fails. Only the figures from /metrics are optional. */
export const isFailure = ({ objective, state }: Judgement) =>
  state === 'missed' || (state === 'not measured' && !isServiceFigure(objective));

const isMet = (objective: LoadObjectiveName, value: number) => {
  const { below = Number.POSITIVE_INFINITY, above = Number.NEGATIVE_INFINITY } = loadObjectiveOf(objective);
  return value < below && value > above;
};
const noRequest = { state: 'not measured', detail: 'no request was sent' } as const;

/** The shortest run at this rate in which each of the scenarios has enough arrivals. */
function enoughSeconds(scenarios: readonly Scenario[], durations: number, rate: number): number {
  const perSecond = Math.min(...scenarios.map((scenario) => perSecondOf(scenario, rate)));
  const seconds = Math.ceil(durations / perSecond);
  return arrivalsIn({ perSecond, seconds: seconds - 1 }) < durations ? seconds : seconds - 1;
}

/** Judges the slowest scenario of an objective. */
function latency(objective: LoadObjectiveName, quantile: number, all: readonly Measurement[], { rate, seconds }: Plan): Verdict {
  const judged = all.filter(({ scenario }) => scenario.objective === objective);
  const failed = judged.find(({ sent, latencies }) => sent > 0 && latencies.count() === 0);
  if (failed !== undefined) return { state: 'missed', detail: `${failed.scenario.name}: no request succeeded` };
  const needed = durationsFor(quantile);
  const [few, enough] = [false, true].map((isEnough) => judged.filter(({ latencies }) => latencies.count() >= needed === isEnough));
  const slowest = enough?.toSorted((a, b) => b.latencies.quantile(quantile) - a.latencies.quantile(quantile))[0];
  const measured = slowest && { value: slowest.latencies.quantile(quantile) / 1000, detail: slowest.scenario.name };
  if (measured !== undefined && !isMet(objective, measured.value)) return { state: 'missed', ...measured };
  const [short] = few ?? [];
  if (short !== undefined) {
    const scenarios = all.map(({ scenario }) => scenario).filter((scenario) => scenario.objective !== undefined);
    const longer = enoughSeconds(scenarios, needed, rate);
    const remedy = longer > seconds ? `run with --seconds ${longer}` : 'correct the errors';
    return { state: 'not measured', detail: `${short.scenario.name}: ${short.latencies.count()} of ${needed} responses; ${remedy}` };
  }
  return measured === undefined ? noRequest : { state: 'met', ...measured };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** Seconds; a batch is no single response, and a scenario without an objective has the latency of the text model. */
function average(measurements: readonly Measurement[]): Figure {
  const single = measurements.filter(({ scenario }) => scenario.until === undefined && scenario.objective !== undefined);
  const latencies = single.map((measurement) => measurement.latencies).filter((each) => each.count() > 0);
  const count = sum(latencies.map((each) => each.count()));
  return count === 0 ? 'no request succeeded' : sum(latencies.map((each) => each.mean() * each.count())) / count / 1000;
}

export const errorsOf = ({ errors }: Measurement) => sum([...errors.values()]);

/** Judges the error rate of the run and of each scenario, of which a single error among others is no rate. */
function errors(measurements: readonly Measurement[]): Verdict {
  const rateOf = (some: readonly Measurement[]) => sum(some.map(errorsOf)) / sum(some.map(({ sent }) => sent));
  const sent = measurements.filter((measurement) => measurement.sent > 0);
  if (sent.length === 0) return noRequest;
  const value = rateOf(sent);
  if (!isMet('errors', value)) return { state: 'missed', value };
  const [worst] = sent
    .filter((measurement) => errorsOf(measurement) > 1 || errorsOf(measurement) === measurement.sent)
    .map((measurement) => ({ value: rateOf([measurement]), detail: measurement.scenario.name }))
    .toSorted((a, b) => b.value - a.value);
  return worst === undefined || isMet('errors', worst.value) ? { state: 'met', value } : { state: 'missed', ...worst };
}

function verdictOn(objective: LoadObjectiveName, figure: Figure): Verdict {
  if (typeof figure === 'number') return { state: isMet(objective, figure) ? 'met' : 'missed', value: figure };
  return typeof figure === 'string' ? { state: 'not measured', detail: figure } : { state: 'missed', detail: figure.fault };
}

/** Judges every objective. */
export function judgeLoad(
  measurements: readonly Measurement[],
  service: Readonly<Record<ServiceFigure, Figure>>,
  plan: Plan,
): readonly Judgement[] {
  const verdict = (objective: LoadObjectiveName): Verdict => {
    if (objective === 'errors') return errors(measurements);
    if (objective === 'averageLatency') return verdictOn(objective, average(measurements));
    if (isServiceFigure(objective)) return verdictOn(objective, service[objective]);
    return latency(objective, loadObjectiveOf(objective).quantile ?? Number.NaN, measurements, plan);
  };
  return loadObjectiveNames.map((objective) => ({ objective, ...verdict(objective) }));
}
