import { scaleUtc } from 'd3-scale';
import { line, symbol } from 'd3-shape';
import { dayLabels, horizontalGrid, type Plot, valueScale, valueTicks } from './axes.ts';
import { dashOf, seriesColour, symbolOf } from './colours.ts';
import { type ChartOptions, drawing, type Frame, frameOf, legend, lineHeight, swatch, withoutData } from './frame.ts';
import { type ChartNode, element } from './node.ts';
import { describeSeries, isValue, type TimeData, valuesOf, withSlots } from './series.ts';

const strokeWidth = 2;
const symbolSize = 36;
/** Points of a series that get a shape, apart from those without a neighbour. */
const shapesPerSeries = 16;

const point = (frame: Frame, slot: number, x: number, y: number) =>
  element('path', {
    d: symbol(symbolOf(slot), symbolSize)() ?? '',
    transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})`,
    fill: seriesColour(frame.theme, slot),
  });

/** Whether a point gets a shape: one that no line reaches would be invisible otherwise. */
function hasShape(values: readonly (number | null)[], index: number): boolean {
  const isAlone = !isValue(values[index - 1]) && !isValue(values[index + 1]);
  return isValue(values[index]) && (isAlone || index % Math.ceil(values.length / shapesPerSeries) === 0);
}

/** A line for each series; a day without a value interrupts it. */
export function lines(data: TimeData, options: ChartOptions): ChartNode {
  const frame = frameOf(options);
  const series = withSlots(data);
  if (series.length === 0) return withoutData(frame);
  const scale = valueScale(frame, valuesOf(data));
  const { ticks, width } = valueTicks(frame, scale);
  const plot: Plot = { left: width + 20, right: frame.width - 16, top: frame.top + 4, bottom: frame.height - lineHeight - 12 };
  const times = data.days.map((day) => Date.parse(day));
  const time = scaleUtc([times[0] ?? 0, times.at(-1) ?? 0], [plot.left + 6, plot.right - 6]);
  const x = (index: number) => (times.length > 1 ? time(times[index] ?? 0) : (plot.left + plot.right) / 2);
  const y = (value: number) => plot.bottom - Math.min(1, Math.max(0, scale(value))) * (plot.bottom - plot.top);
  const path = line<number | null>(
    (_, index) => x(index),
    (value) => y(value ?? 0),
  )
    .defined(isValue)
    .digits(2);
  const drawn = series.map(({ name, values, slot }) =>
    element(
      'g',
      {},
      element('title', {}, name),
      element('path', {
        d: path(values) ?? '',
        fill: 'none',
        stroke: seriesColour(frame.theme, slot),
        'stroke-width': strokeWidth,
        'stroke-dasharray': dashOf(slot),
        'stroke-linejoin': 'round',
      }),
      ...values.flatMap((value, index) => (isValue(value) && hasShape(values, index) ? [point(frame, slot, x(index), y(value))] : [])),
    ),
  );
  const keys = legend(
    frame,
    series.map(({ name, slot }) => ({ name, sample: (left, top) => sample(frame, slot, left, top) })),
    frame.height,
  );
  return drawing(
    frame,
    frame.height + keys.height + 8,
    describeSeries(frame, 'lines', { days: data.days, series }),
    ...horizontalGrid(frame, plot, ticks, y),
    ...dayLabels(frame, plot, data.days, x),
    ...drawn,
    ...keys.nodes,
  );
}

const sample = (frame: Frame, slot: number, x: number, y: number) =>
  element(
    'g',
    {},
    element('line', {
      x1: x,
      x2: x + swatch,
      y1: y + 9,
      y2: y + 9,
      stroke: seriesColour(frame.theme, slot),
      'stroke-width': strokeWidth,
      'stroke-dasharray': dashOf(slot),
    }),
    point(frame, slot, x + swatch / 2, y + 9),
  );
