import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { type Frame, fontSize, label, lineHeight } from './frame.ts';
import { type ChartNode, element } from './node.ts';
import { textWidth } from './text-width.ts';
import type { ChartLanguage } from './texts.ts';

const dayMs = 86_400_000;

/** How a day is written on an axis, and in a sentence. */
export function dateFormats(language: ChartLanguage, days: readonly string[]) {
  const long = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' });
  const spread = Date.parse(days.at(-1) ?? '') - Date.parse(days[0] ?? '');
  const short = new Intl.DateTimeFormat(language, {
    timeZone: 'UTC',
    month: 'short',
    ...(spread > 400 * dayMs ? { year: 'numeric' } : { day: 'numeric' }),
  });
  return { long: (day: string) => long.format(Date.parse(day)), short: (day: string) => short.format(Date.parse(day)) };
}

/** A smaller range has no ticks with different labels, and a scale cannot divide by it. */
const smallestRange = 1e-6;

/** The scale of the values: from 0, or from the range of the options. */
export function valueScale({ options }: Frame, values: readonly number[]): ScaleLinear<number, number> {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return options.range
    ? scaleLinear(options.range, [0, 1])
    : scaleLinear([low, high - low > smallestRange ? high : low + 1], [0, 1]).nice(5);
}

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The ticks of the values and the place that their labels take. */
export function valueTicks(frame: Frame, scale: ScaleLinear<number, number>) {
  const isWhole = frame.options.format?.maximumFractionDigits === 0;
  const ticks = scale.ticks(5).filter((tick) => !isWhole || Number.isInteger(tick));
  const width = Math.max(...ticks.map((tick) => textWidth(frame.number(tick), fontSize)));
  return { ticks, width };
}

/** Lines across the plot, with the value of each. */
export const horizontalGrid = (frame: Frame, plot: Plot, ticks: readonly number[], y: (value: number) => number): readonly ChartNode[] =>
  ticks.flatMap((tick) => [
    element('line', {
      x1: plot.left,
      x2: plot.right,
      y1: y(tick),
      y2: y(tick),
      stroke: frame.colour,
      'stroke-opacity': tick === 0 ? 0.8 : 0.2,
    }),
    label(frame, plot.left - 8, y(tick) + 4, frame.number(tick), 'end'),
  ]);

/** Labels of the days below the plot: as many as fit. */
export function dayLabels(frame: Frame, plot: Plot, days: readonly string[], x: (index: number) => number): readonly ChartNode[] {
  const { short } = dateFormats(frame.options.language, days);
  const widest = Math.max(...days.map((day) => textWidth(short(day), fontSize)));
  const fitting = Math.max(1, Math.floor((plot.right - plot.left) / (widest + 12)));
  const step = Math.ceil(days.length / fitting);
  return days.flatMap((day, index) => {
    if (index % step !== 0) return [];
    const half = textWidth(short(day), fontSize) / 2;
    const middle = Math.min(Math.max(x(index), half), frame.width - half);
    return [label(frame, middle, plot.bottom + lineHeight, short(day), 'middle')];
  });
}
