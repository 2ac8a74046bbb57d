import { type ReactNode, useId } from 'react';

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => ReactNode;
  readonly isNumber?: boolean;
  /** The title is for screen readers only, as of a column of buttons. */
  readonly hideTitle?: boolean;
}

interface DataTableProps<T> {
  readonly caption: string;
  readonly hideCaption?: boolean;
  /** The first column names the row. */
  readonly columns: readonly [Column<T>, ...Column<T>[]];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  /** On narrow screens: each row as a card, or a table that scrolls. */
  readonly narrow?: 'cards' | 'scroll';
}

/** A table for data of any kind. */
export function DataTable<T>({ caption, hideCaption = false, columns, rows, keyOf, narrow = 'cards' }: DataTableProps<T>) {
  const id = useId();
  const [first, ...others] = columns;
  return (
    // A region that scrolls needs the focus, to be scrolled by keyboard.
    <section className="table-scroll" aria-labelledby={id} tabIndex={narrow === 'scroll' ? 0 : undefined}>
      <table className={narrow === 'cards' ? 'cards' : 'compact'}>
        <caption id={id} className={hideCaption ? 'visually-hidden' : undefined}>
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map(({ title, isNumber, hideTitle }) => (
              <th key={title} scope="col" className={isNumber ? 'number' : undefined}>
                {hideTitle ? <span className="visually-hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              <th scope="row">{first.cell(row)}</th>
              {others.map(({ title, cell, isNumber, hideTitle }) => (
                <td key={title} className={isNumber ? 'number' : undefined} data-title={hideTitle ? undefined : title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
