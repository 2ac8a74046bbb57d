import { dateFormats } from './axes.ts';
import type { Frame } from './frame.ts';
import { texts } from './texts.ts';

export interface Series {
  readonly name: string;
  /** One for each day; null: there is no value. */
  readonly values: readonly (number | null)[];
  /** Colour, pattern and shape, if they are not those of its position: one meaning keeps one style in all charts. */
  readonly slot?: number;
}

export interface TimeData {
  /** Days in order, as `2026-11-30`. */
  readonly days: readonly string[];
  readonly series: readonly Series[];
}

export const isValue = (value: number | null | undefined): value is number => typeof value === 'number' && Number.isFinite(value);
export const valuesOf = ({ series }: TimeData): readonly number[] => series.flatMap(({ values }) => values.filter(isValue));

/** Series whose values have a day; those without any value are left out. */
export const withSlots = ({ days, series }: TimeData) =>
  series
    .map((each, index) => ({ name: each.name, values: days.map((_, day) => each.values[day] ?? null), slot: each.slot ?? index }))
    .filter(({ values }) => values.some(isValue));

/** The data in a sentence: the kind of chart, the period, the highest value of each series. */
export function describeSeries(frame: Frame, kind: 'lines' | 'stackedBars', { days, series }: TimeData): string {
  const text = texts[frame.options.language];
  const { long } = dateFormats(frame.options.language, days);
  const highest = series.flatMap(({ name, values }) => {
    const top = values.reduce<number>((best, value, index) => ((value ?? -Infinity) > (values[best] ?? -Infinity) ? index : best), 0);
    const [value, day] = [values[top], days[top]];
    return isValue(value) && day !== undefined ? [`${name}: ${text.highest} ${frame.number(value)} (${long(day)})`] : [];
  });
  return `${text[kind]}, ${text.from} ${long(days[0] ?? '')} ${text.to} ${long(days.at(-1) ?? '')}. ${highest.join('. ')}.`;
}
