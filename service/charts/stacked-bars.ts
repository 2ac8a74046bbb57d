import { scaleBand } from 'd3-scale';
import { dateFormats, dayLabels, horizontalGrid, type Plot, valueScale, valueTicks } from './axes.ts';
import { fillOf, patterns } from './colours.ts';
import { type ChartOptions, drawing, frameOf, legend, lineHeight, swatch, withoutData } from './frame.ts';
import { type ChartNode, element } from './node.ts';
import { describeSeries, type TimeData, withSlots } from './series.ts';

/** A bar for each day, in which the series are stacked, the first at the bottom. Values are counts: negative ones have no bar. */
export function stackedBars(data: TimeData, options: ChartOptions): ChartNode {
  const frame = frameOf(options);
  const series = withSlots(data);
  if (series.length === 0) return withoutData(frame);
  const partOf = (value: number | null | undefined) => Math.max(0, value ?? 0);
  const sums = data.days.map((_, day) => series.reduce((sum, { values }) => sum + partOf(values[day]), 0));
  const scale = valueScale(frame, sums);
  const { ticks, width } = valueTicks(frame, scale);
  const plot: Plot = { left: width + 20, right: frame.width - 16, top: frame.top + 4, bottom: frame.height - lineHeight - 12 };
  const band = scaleBand(
    data.days.map((_, day) => day),
    [plot.left, plot.right],
  ).padding(0.2);
  const y = (value: number) => plot.bottom - Math.min(1, Math.max(0, scale(value))) * (plot.bottom - plot.top);
  const { long } = dateFormats(options.language, data.days);
  const bars = data.days.map((day, index) => {
    let below = 0;
    const parts = series.flatMap(({ name, values, slot }) => {
      const value = partOf(values[index]);
      if (value === 0) return [];
      below += value;
      return [
        element(
          'rect',
          {
            x: band(index) ?? 0,
            y: y(below),
            width: band.bandwidth(),
            height: y(below - value) - y(below),
            fill: fillOf(options.id, slot),
            stroke: frame.colour,
            'stroke-width': 0.5,
          },
          element('title', {}, `${long(day)}, ${name}: ${frame.number(value)}`),
        ),
      ];
    });
    return element('g', {}, ...parts);
  });
  const keys = legend(
    frame,
    series.map(({ name, slot }) => ({
      name,
      sample: (x, top) =>
        element('rect', {
          x,
          y: top + 2,
          width: swatch,
          height: 14,
          fill: fillOf(options.id, slot),
          stroke: frame.colour,
          'stroke-width': 0.5,
        }),
    })),
    frame.height,
  );
  return drawing(
    frame,
    frame.height + keys.height + 8,
    describeSeries(frame, 'stackedBars', { days: data.days, series }),
    patterns(
      options.id,
      frame.theme,
      series.map(({ slot }) => slot),
    ),
    ...horizontalGrid(frame, plot, ticks, y),
    ...dayLabels(frame, plot, data.days, (index) => (band(index) ?? 0) + band.bandwidth() / 2),
    ...bars,
    ...keys.nodes,
  );
}
