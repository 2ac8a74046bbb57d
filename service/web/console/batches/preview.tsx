import { translated } from '../../data/service-texts.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { batchMessages } from './messages.ts';
import type { RowProblem } from './read-file.ts';

const [shownRows, shownProblems] = [5, 10];

interface PreviewRow {
  readonly number: number;
  readonly values: ReadonlyMap<string, unknown>;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));

/** The first rows as they would be sent, and what is wrong with all rows. */
export function Preview({ items, problems }: { readonly items: readonly unknown[]; readonly problems: readonly RowProblem[] }) {
  const t = useMessages(batchMessages);
  const { format } = useLanguage();
  const rows: PreviewRow[] = items.slice(0, shownRows).map((item, index) => ({
    number: index + 1,
    values: new Map(Object.entries(typeof item === 'object' && item !== null ? item : { '?': item })),
  }));
  const fields = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const columns = fields.map((field): Column<PreviewRow> => ({ title: field, cell: ({ values }) => textOf(values.get(field)) }));
  return (
    <>
      {problems.length > 0 && <Problems problems={problems} />}
      <DataTable
        caption={t.previewOf(format.number(rows.length), format.number(items.length))}
        narrow="scroll"
        columns={[{ title: t.row, cell: ({ number }) => format.number(number) }, ...columns]}
        rows={rows}
        keyOf={({ number }) => String(number)}
      />
    </>
  );
}

function Problems({ problems }: { readonly problems: readonly RowProblem[] }) {
  const t = useMessages(batchMessages);
  const { format, language } = useLanguage();
  const rest = problems.length - shownProblems;
  const lines = problems.slice(0, shownProblems).map(({ row, field, message: text }) => {
    const number = format.number(row);
    const message = translated(text, language);
    return field === '' ? t.problemOfRow(number, message) : t.problemAt(number, field, message);
  });
  return (
    <div className="stack-small">
      <ErrorNotice>{problems.length === 1 ? t.oneProblem : t.problems(format.number(problems.length))}</ErrorNotice>
      <ul className="problem-list">
        {[...new Set(lines)].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {rest > 0 && <p className="quiet">{t.moreProblems(format.number(rest))}</p>}
    </div>
  );
}
