import { valueScale } from './axes.ts';
import { seriesColour } from './colours.ts';
import { type ChartOptions, drawing, fontSize, frameOf, label, withoutData } from './frame.ts';
import { type ChartNode, element } from './node.ts';
import { isValue } from './series.ts';
import { shorten, textWidth } from './text-width.ts';
import { texts } from './texts.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const rowHeight = 26;
const barHeight = 16;

/** A bar for each label with its value at the end, in the order of the data. Values are counts or shares: negative ones have no bar. */
export function horizontalBars(bars: readonly Bar[], options: ChartOptions): ChartNode {
  const frame = frameOf(options);
  const valid = bars.filter(({ value }) => isValue(value));
  if (valid.length === 0) return withoutData(frame);
  const scale = valueScale(
    frame,
    valid.map(({ value }) => Math.max(0, value)),
  );
  const labelWidth = Math.min(frame.width * 0.4, Math.max(...valid.map((bar) => textWidth(bar.label, fontSize))));
  const valueWidth = Math.max(...valid.map(({ value }) => textWidth(frame.number(value), fontSize)));
  const left = 12 + labelWidth + 8;
  const length = Math.max(1, frame.width - left - valueWidth - 20);
  const rows = valid.map((bar, index) => {
    const top = frame.top + index * rowHeight;
    const width = Math.min(1, Math.max(0, scale(bar.value))) * length;
    return element(
      'g',
      {},
      element('title', {}, `${bar.label}: ${frame.number(bar.value)}`),
      label(frame, left - 8, top + 13, shorten(bar.label, labelWidth, fontSize), 'end'),
      element('rect', {
        x: left,
        y: top,
        width,
        height: barHeight,
        fill: seriesColour(frame.theme, 0),
        stroke: frame.colour,
        'stroke-width': 0.5,
      }),
      label(frame, left + width + 6, top + 13, frame.number(bar.value)),
    );
  });
  const named = valid.map((bar) => `${bar.label}: ${frame.number(bar.value)}`);
  const height = Math.max(frame.top + valid.length * rowHeight + 8, options.height ?? 0);
  return drawing(frame, height, `${texts[options.language].horizontalBars}. ${named.join('; ')}.`, ...rows);
}
