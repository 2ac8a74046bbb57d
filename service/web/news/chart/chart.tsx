import { type ReactNode, useId } from 'react';
import { type ChartKind, chart } from '../../../charts/chart.ts';
import type { ChartOptions } from '../../../charts/frame.ts';
import { dataMessages } from '../../data/messages.ts';
import { useLanguage, useMessages } from '../../language/provider.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { toElement } from './chart-element.ts';

interface ChartProps<K extends ChartKind> {
  readonly kind: K;
  readonly title: string;
  readonly data: Parameters<typeof chart<K>>[1];
  readonly options?: Omit<ChartOptions, 'id' | 'title' | 'language' | 'width' | 'theme'>;
  /** What the chart counts, or how to read it. */
  readonly hint?: ReactNode;
  /** The same numbers. */
  readonly table: ReactNode;
}

/** A chart with its title, and its numbers as a table. */
export function Chart<K extends ChartKind>({ kind, title, data, options, hint, table }: ChartProps<K>) {
  const t = useMessages(dataMessages);
  const { language } = useLanguage();
  // Ids are in `url(#…)` too.
  const id = `chart${useId().replaceAll(/\W/g, '')}`;
  const [frame, width] = useWidth<HTMLDivElement>();
  return (
    <section className="card news-chart" aria-labelledby={`${id}-heading`}>
      <h2 id={`${id}-heading`}>{title}</h2>
      {hint && <p className="hint">{hint}</p>}
      <div ref={frame} className="news-chart-frame">
        {width > 0 && toElement(chart(kind, data, { ...options, id, title, language, width, theme: 'page' }))}
      </div>
      <details>
        <summary>{t.table}</summary>
        {table}
      </details>
    </section>
  );
}
