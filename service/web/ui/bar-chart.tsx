import { type KeyboardEvent, useId, useState } from 'react';
import { useMessages } from '../language/provider.tsx';
import { translations } from '../language/translations.ts';
import { labelStep, ticksOf } from './scale.ts';
import { useWidth } from './use-width.ts';

const messages = translations(
  { keys: 'Point at a bar, or use the arrow keys, to see its values.', total: 'Total' },
  { keys: 'Señala una barra o usa las flechas para ver sus valores.', total: 'Total' },
);

export interface Series {
  readonly name: string;
  /** One for each bar. */
  readonly values: readonly number[];
}

interface BarChartProps {
  readonly title: string;
  /** Of each bar: a short text for the axis, a long one for its values. */
  readonly labels: readonly { readonly short: string; readonly long: string }[];
  /** Stacked, the first at the bottom; at most 6. */
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** A short form for the axis. */
  readonly formatTick: (value: number) => string;
  /** The smallest distance of ticks that `formatTick` shows. */
  readonly minStep?: number;
}

const height = 220;
const margin = { top: 8, right: 4, bottom: 24 };
/** The widest character of the axis, in pixels. */
const characterWidth = 7;
const plotHeight = height - margin.top - margin.bottom;
const labelWidth = 64;

/** The parts of each bar, stacked. */
const stack = (series: readonly Series[], bar: number) => {
  let sum = 0;
  return series.map(({ name, values }, index) => {
    const value = values[bar] ?? 0;
    sum += value;
    return { name, index, value, top: sum };
  });
};

/** The value of a bar, or those of its parts and their sum. */
function valueText(parts: ReturnType<typeof stack>, format: (value: number) => string, total: string): string {
  const sum = format(parts.at(-1)?.top ?? 0);
  if (parts.length <= 1) return sum;
  const shown = parts.filter(({ value }) => value > 0).map(({ name, value }) => `${name}: ${format(value)}`);
  return [...shown, `${total}: ${sum}`].join(' · ');
}

/** Bars with axes. The values of a bar are shown under the pointer, and by arrow keys; a table must show the same numbers. */
export function BarChart({ title, labels, series, format, formatTick, minStep }: BarChartProps) {
  const t = useMessages(messages);
  const id = useId();
  const [frame, width] = useWidth<HTMLDivElement>();
  const [chosen, setChosen] = useState<number>();
  const bars = labels.map((label, bar) => ({ label, parts: stack(series, bar) }));
  const ticks = ticksOf(Math.max(0, ...bars.map(({ parts }) => parts.at(-1)?.top ?? 0)), minStep);
  const max = ticks.at(-1) ?? 1;
  const left = Math.max(...ticks.map((tick) => formatTick(tick).length)) * characterWidth + 12;
  const plotWidth = Math.max(0, width - left - margin.right);
  const slot = plotWidth / Math.max(1, bars.length);
  const gap = Math.min(6, slot * 0.2);
  const y = (value: number) => margin.top + plotHeight * (1 - value / max);
  const every = labelStep(bars.length, plotWidth, labelWidth);
  const selected = chosen === undefined ? undefined : bars[Math.min(chosen, bars.length - 1)];

  function onKeyDown(event: KeyboardEvent) {
    const last = bars.length - 1;
    const next = { ArrowLeft: Math.max(0, (chosen ?? last + 1) - 1), ArrowRight: Math.min(last, (chosen ?? -1) + 1), Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    setChosen(next);
  }

  return (
    <figure className="chart">
      <figcaption id={id}>{title}</figcaption>
      <div
        ref={frame}
        className="chart-frame"
        role="application"
        aria-labelledby={id}
        aria-describedby={`${id}-keys`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys choose a bar
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setChosen(undefined)}
        onPointerLeave={() => setChosen(undefined)}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {ticks.map((tick) => (
              <g key={tick} className="tick">
                <line x1={left} x2={width - margin.right} y1={y(tick)} y2={y(tick)} />
                <text x={left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                  {formatTick(tick)}
                </text>
              </g>
            ))}
            {bars.map(({ label, parts }, bar) => (
              <g key={label.long} className={bar === chosen ? 'bar chosen' : 'bar'} onPointerEnter={() => setChosen(bar)}>
                <rect className="slot" x={left + bar * slot} y={margin.top} width={slot} height={plotHeight} />
                {parts.map(({ name, index, value, top }) => (
                  <rect
                    key={name}
                    className={`series-${index}`}
                    x={left + bar * slot + gap / 2}
                    width={Math.max(1, slot - gap)}
                    y={y(top)}
                    height={(plotHeight * value) / max}
                  />
                ))}
                {bar % every === 0 && (
                  <text x={left + (bar + 0.5) * slot} y={height - 6} textAnchor={bar === 0 && slot < labelWidth ? 'start' : 'middle'}>
                    {label.short}
                  </text>
                )}
              </g>
            ))}
          </svg>
        )}
      </div>
      {series.length > 1 && (
        <ul className="legend">
          {series.map(({ name }, index) => (
            <li key={name}>
              <svg width="12" height="12" aria-hidden="true">
                <rect className={`series-${index}`} width="12" height="12" rx="3" />
              </svg>
              {name}
            </li>
          ))}
        </ul>
      )}
      <p className="chart-value" aria-live="polite">
        {selected ? (
          <>
            <strong>{selected.label.long}:</strong> {valueText(selected.parts, format, t.total)}
          </>
        ) : (
          <span className="quiet" id={`${id}-keys`}>
            {t.keys}
          </span>
        )}
      </p>
    </figure>
  );
}
