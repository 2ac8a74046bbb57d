import { columns } from '../cli/columns.ts';
import type { MeasuredObjective, SloReport } from './measure.ts';

const percent = (share: number) => `${Number((share * 100).toFixed(2))} %`;
const count = (value: number) => Math.round(value).toLocaleString('en');
const day = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const recorded = ({ windowDays, recordedDays }: SloReport) =>
  recordedDays >= windowDays
    ? `measured over ${windowDays} days`
    : `measured over ${recordedDays.toFixed(1)} of ${windowDays} days: Prometheus recorded no objectives before`;

function cellsOf({ name, target, total, measured, budgetLeft, burnRate, worstDay }: MeasuredObjective): string[] {
  const wanted = percent(target);
  if (measured === null || budgetLeft === null || worstDay === null) return [name, 'not measured', wanted, 'no events', '', '', ''];
  const { percent: left, minutes, events } = budgetLeft;
  return [
    name,
    percent(measured),
    wanted,
    `${left.toFixed(1)} %: ${count(minutes)} min, ${count(events)} events`,
    burnRate === null ? 'no events in the last hour' : `${burnRate.toFixed(1)} ×`,
    `${percent(worstDay.measured)}, 24 h until ${day(worstDay.until)}`,
    count(total),
  ];
}

const head = ['objective', 'measured', 'target', 'error budget left', 'burn rate now', 'worst day', 'events'];

/** A table for a terminal. */
export const sloText = (report: SloReport): string => [columns([head, ...report.objectives.map(cellsOf)]), recorded(report)].join('\n');

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(titles), row(titles.map(() => '---')), ...rows.map(row)].join('\n');

/** The report of service levels in Markdown, with every day. */
export function sloReport(report: SloReport, where: string): string {
  const days = report.objectives.flatMap((objective) =>
    objective.days.map(({ until, total, bad }) => [day(until), objective.name, percent(1 - bad / total), count(total), count(bad)]),
  );
  return [
    `# Service levels of ${where}, ${report.windowDays} days until ${day(report.end)}`,
    table(head, report.objectives.map(cellsOf)),
    report.objectives.map(({ name, missed, target }) => `- ${name}: missed if more than ${percent(1 - target)} of ${missed}`).join('\n'),
    `The report is ${recorded(report)}.`,
    '## Days',
    table(['24 hours until', 'objective', 'good', 'events', 'bad events'], days),
  ].join('\n\n');
}
