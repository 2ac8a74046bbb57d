import type { ChartOptions } from './frame.ts';
import { type Bar, horizontalBars } from './horizontal-bars.ts';
import { lines } from './lines.ts';
import type { ChartNode } from './node.ts';
import type { TimeData } from './series.ts';
import { stackedBars } from './stacked-bars.ts';
import { type WorldData, worldMap } from './world-map.ts';

/** The data of each kind of chart. */
interface ChartData {
  readonly lines: TimeData;
  readonly stackedBars: TimeData;
  readonly horizontalBars: readonly Bar[];
  readonly worldMap: WorldData;
}
export type ChartKind = keyof ChartData;

const drawn: { readonly [K in ChartKind]: (data: ChartData[K], options: ChartOptions) => ChartNode } = {
  lines,
  stackedBars,
  horizontalBars,
  worldMap,
};

/** A chart of the data as a tree of SVG elements. It runs in browsers too. */
export const chart = <K extends ChartKind>(kind: K, data: ChartData[K], options: ChartOptions): ChartNode => drawn[kind](data, options);
