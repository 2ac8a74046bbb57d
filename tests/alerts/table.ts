import { columns } from '../../scripts/cli/columns.ts';
import type { Outcome } from './observe.ts';

const seconds = (value: number | undefined) => (value === undefined ? '–' : String(value));

/** Rows of one fault: its alert, then consequences (`+`), then alerts that must not fire (`!`). */
function rowsOf({ fault: { name, alert, limit, consequences = [] }, seen, failure }: Outcome): string[][] {
  const markOf = (each: string) => (each === alert ? '' : consequences.includes(each) ? '+ ' : '! ');
  const rank = (each: string) => ['', '+ ', '! '].indexOf(markOf(each));
  const rows = seen
    .toSorted((a, b) => rank(a.name) - rank(b.name))
    .map((each, index) => [
      index === 0 ? name : '',
      `${markOf(each.name)}${each.name}`,
      seconds(each.firing),
      seconds(each.delivered),
      index === 0 ? String(limit) : '',
    ]);
  return [
    ...(rows.length > 0 ? rows : [[name, alert, '–', '–', String(limit)]]),
    ...(failure === undefined ? [] : [['', `FAILED: ${failure}`]]),
  ];
}

/** At most 80 columns: seconds since the fault until the alert fires and until the webhook has it. */
export const outcomeTable = (outcomes: readonly Outcome[]): string =>
  columns([['fault', 'alert', 'fires', 'delivered', 'limit'], ...outcomes.flatMap(rowsOf)]);
