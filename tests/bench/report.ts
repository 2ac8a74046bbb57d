import type { Figures, Results } from './figures.ts';
import { goals, type Outcome, outcomeOf } from './goals.ts';

const round = (digits: number) => (value: number) => value.toFixed(digits);

/** Columns of the table of figures. */
const columns: Readonly<Record<keyof Figures, readonly [title: string, format: (value: number) => string]>> = {
  perSecond: ['per s', round(0)],
  p50: ['p50 ms', round(1)],
  p99: ['p99 ms', round(1)],
  p99At70: ['p99 at 70 %', round(1)],
  overhead: ['overhead ms', round(2)],
  cpu: ['CPU µs', round(0)],
  residentMegabytes: ['RSS MB', round(0)],
  seconds: ['s', round(2)],
  failed: ['failed', round(0)],
  loadCore: ['load core', (value) => `${round(0)(value * 100)} %`],
};
const names = Object.keys(columns).filter((name): name is keyof Figures => name in columns);
const format = (name: keyof Figures, value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? '' : columns[name][1](value);

const width = 37;
const row = (first: string, cells: readonly string[], padding = 12) =>
  first.padEnd(width) + cells.map((cell) => cell.padStart(padding)).join('');

export function figuresTable(results: Results): string {
  const lines = [...results].map(([subject, figures]) =>
    typeof figures === 'string'
      ? `${subject.padEnd(width)} skipped: ${figures}`
      : row(
          subject,
          names.map((name) => format(name, figures[name])),
        ),
  );
  return [
    row(
      '',
      names.map((name) => columns[name][0]),
    ),
    ...lines,
  ].join('\n');
}

function outcomeLine({ subject, figure, per, atLeast, atMost, value, missed }: Outcome): string {
  const [title, formatFigure] = columns[figure];
  const show = per === undefined ? formatFigure : (ratio: number) => `${ratio.toFixed(2)} ×`;
  const measured = per === undefined ? title : per;
  if (typeof value === 'string') return `${row(subject, [measured], 26)}   skipped: ${value}`;
  const limit = atLeast === undefined ? `≤ ${show(atMost ?? Number.NaN)}` : `≥ ${show(atLeast)}`;
  return `${row(subject, [measured], 26)}${show(value).padStart(12)}${limit.padStart(12)}   ${missed ? 'MISSED' : 'met'}`;
}

export const goalsTable = (results: Results): string => goals.map((goal) => outcomeLine(outcomeOf(goal, results))).join('\n');
