import { columns } from '../cli/columns.ts';
import { errorsOf, isFailure, type Judgement } from './judge.ts';
import type { Measurement } from './measure.ts';
import { loadObjectiveOf } from './objectives.ts';
import type { LoadResult } from './run.ts';

const milliseconds = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(1));

/** The figures of a scenario; milliseconds, which are absent if no request succeeded. */
export function figuresOf(measurement: Measurement, seconds: number) {
  const { scenario, latencies, sent, errors } = measurement;
  const at = (quantile: number) => (latencies.count() === 0 ? undefined : latencies.quantile(quantile));
  return {
    scenario: scenario.name,
    requests: sent,
    per_second: sent / seconds,
    p50_ms: at(0.5),
    p95_ms: at(0.95),
    p99_ms: at(0.99),
    errors: errorsOf(measurement),
    error_kinds: Object.fromEntries(errors),
  };
}

const isTime = (name: string) => name.endsWith('Latency');
const show = (name: string, value: number) => (isTime(name) ? `${(value * 1000).toFixed(1)} ms` : `${(value * 100).toFixed(1)} %`);

function judgementRow(judgement: Judgement): string[] {
  const { objective, state, value, detail = '' } = judgement;
  const { title, quantile, below, above } = loadObjectiveOf(objective);
  const limit = below === undefined ? `> ${show(objective, above ?? Number.NaN)}` : `< ${show(objective, below)}`;
  const measured = quantile === undefined ? title : `${title} p${quantile * 100}`;
  return [measured, value === undefined ? '–' : show(objective, value), limit, isFailure(judgement) ? state.toUpperCase() : state, detail];
}

/** The tables of a run. */
export function loadReport({ measurements, judgements, notes }: LoadResult, seconds: number): string {
  const rows = measurements.map((measurement) => {
    const { scenario, per_second, p50_ms, p95_ms, p99_ms, errors, error_kinds } = figuresOf(measurement, seconds);
    const times = [p50_ms, p95_ms, p99_ms].map((value) => milliseconds(value ?? Number.NaN));
    const kinds = Object.entries(error_kinds).map(([kind, count]) => `${count} × ${kind}`);
    return [scenario, per_second.toFixed(1), ...times, String(errors), kinds.join(', ')];
  });
  return [
    columns([['scenario', 'per s', 'p50 ms', 'p95 ms', 'p99 ms', 'errors', ''], ...rows]),
    '',
    columns([['objective', 'measured', 'threshold', '', ''], ...judgements.map(judgementRow)]),
    ...notes.map((note) => `\n${note}`),
  ].join('\n');
}
