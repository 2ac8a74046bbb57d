import { useLanguage, useMessages } from '../../language/provider.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { overviewMessages } from './messages.ts';

interface CountTableProps {
  readonly title: string;
  /** What a row is. */
  readonly column: string;
  readonly rows: readonly {
    readonly key: string;
    readonly name: string;
    readonly articles: number;
    readonly share: number;
    /** The articles that are counted. */
    readonly href: string;
  }[];
}

/** The numbers of a chart, each with a link to its articles. */
export function CountTable({ title, column, rows }: CountTableProps) {
  const t = useMessages(overviewMessages);
  const { format } = useLanguage();
  return (
    <DataTable
      caption={title}
      hideCaption
      narrow="scroll"
      columns={[
        { title: column, cell: ({ name, href }) => <a href={href}>{name}</a> },
        { title: t.articles, cell: ({ articles }) => format.number(articles), isNumber: true },
        { title: t.share, cell: ({ share }) => format.percent(share), isNumber: true },
      ]}
      rows={rows}
      keyOf={({ key }) => key}
    />
  );
}
