import { allowedShare } from '../../contract/objectives.ts';
import { columns } from '../cli/columns.ts';
import type { MeasuredObjective, SloReport } from './measure.ts';

const hundredths = (share: number) => Number((share * 100).toFixed(2));
const percent = (share: number) => `${hundredths(share)} %`;
/** Rounded down if the rounded share would be the target that it misses. */
const shareOf = (share: number, target: number) =>
  share < target && hundredths(share) >= hundredths(target) ? `${Math.floor(share * 10_000) / 100} %` : percent(share);
const count = (value: number) => Math.round(value).toLocaleString('en');
const day = (iso: string) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;

const recorded = ({ windowDays, recordedDays }: SloReport) =>
  recordedDays >= windowDays
    ? `measured over ${windowDays} days`
    : `measured over ${recordedDays.toFixed(1)} of ${windowDays} days: Prometheus recorded no objectives before`;

const head = ['objective', 'measured', 'target', 'budget left', 'minutes', 'events', 'burn rate', 'worst day', '24 h until', 'all events'];
function cellsOf({ name, target, total, measured, budgetLeft, burnRate, worstDay }: MeasuredObjective): string[] {
  const wanted = percent(target);
  if (measured === null || budgetLeft === null || worstDay === null) return [name, '–', wanted, 'no events', '', '', '', '–', '', '0'];
  const { percent: left, minutes, events } = budgetLeft;
  return [
    ...[name, shareOf(measured, target), wanted],
    ...[`${left.toFixed(1)} %`, count(minutes), count(events)],
    burnRate === null ? '–' : `${burnRate.toFixed(1)} ×`,
    ...[shareOf(worstDay.measured, target), day(worstDay.until), count(total)],
  ];
}

/** Two tables for a terminal of 80 columns. */
export function sloText(report: SloReport): string {
  const rows = [head, ...report.objectives.map(cellsOf)];
  const days = rows.map(([name = '', ...cells]) => [name, ...cells.slice(6)]);
  return [columns(rows.map((cells) => cells.slice(0, 7))), '', columns(days), '', recorded(report)].join('\n');
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const table = (titles: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(titles), row(titles.map(() => '---')), ...rows.map(row)].join('\n');

/** The report of service levels in Markdown, with every day. */
export function sloReport(report: SloReport, where: string): string {
  const days = report.objectives.flatMap((objective) =>
    objective.days.map(({ until, total, bad }) => [
      ...[day(until), objective.name, shareOf(1 - bad / total, objective.target)],
      ...[count(total), count(bad)],
    ]),
  );
  return [
    `# Service levels of ${where}, ${report.windowDays} days until ${day(report.end)}`,
    table(head, report.objectives.map(cellsOf)),
    report.objectives
      .map(({ name, missed, target }) => `- ${name}: missed if more than ${percent(allowedShare(target))} of ${missed}`)
      .join('\n'),
    `The report is ${recorded(report)}.`,
    '## Days',
    table(['24 hours until', 'objective', 'good', 'events', 'bad events'], days),
  ].join('\n\n');
}
