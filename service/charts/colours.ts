import { type SymbolType, symbolCircle, symbolCross, symbolDiamond, symbolSquare, symbolStar, symbolTriangle } from 'd3-shape';
import { type ChartNode, element } from './node.ts';

/** `page`: follows the colours of the page, light or dark. `file`: fixed colours on white. */
export type ChartTheme = 'page' | 'file';

/** Okabe and Ito, https://jfly.uni-koeln.de/color/: readers with any colour blindness can distinguish them. The pale ones come last. */
const okabeIto = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9', '#F0E442', '#7F7F7F'] as const;
/** One hue from pale to dark: the order is also visible without colours. */
const shades = ['#D6E6F2', '#9CC4DF', '#5B9DC9', '#2576AC', '#0A4A78'] as const;

export const seriesCount = okabeIto.length;
export const shadeCount = shades.length;

const coloured = (theme: ChartTheme, name: string, colour: string) => (theme === 'page' ? `var(--chart-${name}, ${colour})` : colour);

export const textColour = (theme: ChartTheme) => (theme === 'page' ? 'currentColor' : '#1F1F1F');
export const background = (theme: ChartTheme) => coloured(theme, 'background', '#FFFFFF');
/** @param slot which style of a series; styles repeat after `seriesCount` */
export const seriesColour = (theme: ChartTheme, slot: number) =>
  coloured(theme, `series-${slot % seriesCount}`, okabeIto[slot % seriesCount] ?? okabeIto[0]);
export const shadeColour = (theme: ChartTheme, shade: number) => coloured(theme, `shade-${shade}`, shades[shade] ?? shades[0]);

/** Shapes of points and dashes of lines: series differ without colours. */
const symbols: readonly SymbolType[] = [symbolCircle, symbolSquare, symbolTriangle, symbolDiamond, symbolCross, symbolStar];
const dashes = ['none', '8 4', '2 3', '8 3 2 3', '12 4', '4 2', '1 4', '10 3 2 3 2 3'] as const;
export const symbolOf = (slot: number): SymbolType => symbols[slot % symbols.length] ?? symbolCircle;
export const dashOf = (slot: number): string => dashes[slot % dashes.length] ?? 'none';

/** Strokes over the colour of bars, in squares of 8; the first series has none. */
const strokes = ['', 'M0 8L8 0', 'M0 4H8', 'M4 0V8', 'M0 0L8 8M0 8L8 0', 'M0 0L8 8', 'M0 4H8M4 0V8', 'M2 2H4M6 6H8'] as const;

export const fillOf = (id: string, slot: number) => `url(#${id}-series-${slot % seriesCount})`;

/** The patterns that `fillOf` refers to. */
export const patterns = (id: string, theme: ChartTheme, slots: readonly number[]): ChartNode =>
  element(
    'defs',
    {},
    ...[...new Set(slots.map((slot) => slot % seriesCount))].map((slot) =>
      element(
        'pattern',
        { id: `${id}-series-${slot}`, width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
        element('rect', { width: 8, height: 8, fill: seriesColour(theme, slot) }),
        element('path', { d: strokes[slot] || 'M0 0', stroke: background(theme), 'stroke-width': 1.2, fill: 'none' }),
      ),
    ),
  );
