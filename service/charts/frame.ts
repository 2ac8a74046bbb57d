import { background, type ChartTheme, textColour } from './colours.ts';
import { type ChartNode, element } from './node.ts';
import { shorten, textWidth } from './text-width.ts';
import { type ChartLanguage, texts } from './texts.ts';

export interface ChartOptions {
  /** Unique in its page: patterns, title and description are found by it. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows in one or two sentences; a summary of the data if it is left out. */
  readonly description?: string;
  readonly language: ChartLanguage;
  readonly width?: number;
  /** At least this height: bars and legends that need more make the chart higher. */
  readonly height?: number;
  readonly theme?: ChartTheme;
  readonly format?: Intl.NumberFormatOptions;
  /** Range of the values, if it is not from 0 to the highest: [-1, 1] of a score. */
  readonly range?: readonly [number, number];
}

export const fontSize = 12;
export const lineHeight = 18;
const headingSize = 16;

/** What the kinds of charts share: size, colours, formats. */
export interface Frame {
  readonly options: ChartOptions;
  readonly theme: ChartTheme;
  readonly width: number;
  readonly height: number;
  /** The first free row, below the title. */
  readonly top: number;
  readonly colour: string;
  readonly number: (value: number) => string;
}

/** A file shows its title; a page has it as a heading of its own. */
export function frameOf(options: ChartOptions): Frame {
  const theme = options.theme ?? 'page';
  const number = new Intl.NumberFormat(options.language, { maximumFractionDigits: 2, ...options.format });
  return {
    options,
    theme,
    width: options.width ?? 720,
    height: options.height ?? 280,
    top: theme === 'file' ? 40 : 12,
    colour: textColour(theme),
    number: (value) => number.format(value),
  };
}

type Anchor = 'start' | 'middle' | 'end';

export const label = ({ colour }: Frame, x: number, y: number, text: string, anchor: Anchor = 'start'): ChartNode =>
  element('text', { x, y, 'font-size': fontSize, 'text-anchor': anchor, fill: colour }, text);

/** The drawing with its title and description for screen readers. */
export function drawing(frame: Frame, height: number, description: string, ...children: readonly ChartNode[]): ChartNode {
  const { options, theme, width, colour } = frame;
  const { id, title } = options;
  const heading = shorten(title, width - 24, headingSize);
  return element(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
      'font-family': theme === 'file' ? 'Noto Sans, DejaVu Sans, Arial, sans-serif' : undefined,
    },
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-description` }, options.description ?? description),
    ...(theme === 'file'
      ? [
          element('rect', { width, height, fill: background(theme) }),
          element('text', { x: 12, y: 24, 'font-size': headingSize, 'font-weight': 'bold', fill: colour }, heading),
        ]
      : []),
    ...children,
  );
}

/** A drawing that says that there is no data, in place of an axis without values. */
export function withoutData(frame: Frame): ChartNode {
  const { noData } = texts[frame.options.language];
  return drawing(frame, frame.height, noData, label(frame, frame.width / 2, (frame.top + frame.height) / 2, noData, 'middle'));
}

export interface LegendEntry {
  readonly name: string;
  /** The sample, in a square of `swatch` at this position. */
  readonly sample: (x: number, y: number) => ChartNode;
}

export const swatch = 24;

/** The entries in rows below `top`, and the height that they take. */
export function legend(
  frame: Frame,
  entries: readonly LegendEntry[],
  top: number,
): { readonly nodes: readonly ChartNode[]; readonly height: number } {
  const available = frame.width - 24;
  let [x, row] = [12, 0];
  const nodes = entries.flatMap(({ name, sample }) => {
    const text = shorten(name, available - swatch - 8, fontSize);
    const width = swatch + 6 + textWidth(text, fontSize) + 16;
    if (x > 12 && x + width - 16 > 12 + available) [x, row] = [12, row + 1];
    const y = top + row * lineHeight;
    const drawn = [sample(x, y), label(frame, x + swatch + 6, y + 13, text)];
    x += width;
    return drawn;
  });
  return { nodes, height: entries.length === 0 ? 0 : (row + 1) * lineHeight };
}
