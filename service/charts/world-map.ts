import { geoNaturalEarth1, geoPath } from 'd3-geo';
import { background, shadeColour, shadeCount } from './colours.ts';
import { type ChartOptions, drawing, type Frame, fontSize, frameOf, label, legend, lineHeight, swatch, withoutData } from './frame.ts';
import { type ChartNode, element } from './node.ts';
import { isValue } from './series.ts';
import { shorten, textWidth } from './text-width.ts';
import { texts } from './texts.ts';
import type { World } from './world.ts';

export interface CountryValue {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly value: number;
}

export interface WorldData {
  readonly world: World;
  readonly values: readonly CountryValue[];
}

/** Countries with a label on the map: the highest values. */
const labelCount = 8;

/** Classes of about equally many different values, the lowest first; each is a range of values that occur. */
function classesOf(values: readonly number[]): readonly { readonly low: number; readonly high: number }[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const count = Math.min(shadeCount, distinct.length);
  return Array.from({ length: count }, (_, index) => {
    const part = distinct.slice(Math.ceil((index * distinct.length) / count), Math.ceil(((index + 1) * distinct.length) / count));
    return { low: part[0] ?? 0, high: part.at(-1) ?? 0 };
  });
}

/** The darkest shades are for the highest class, however many classes there are. */
const shadeOf = (index: number, count: number) => Math.round(((index + 1) * shadeCount) / count) - 1;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/** Labels that do not overlap one of a higher value. */
function labelsOf(frame: Frame, places: readonly Place[]): readonly ChartNode[] {
  const kept: Place[] = [];
  const half = (text: string) => textWidth(text, fontSize) / 2;
  for (const place of places) {
    const isInside = place.x - half(place.text) > 0 && place.x + half(place.text) < frame.width;
    const overlaps = kept.some(
      ({ x, y, text }) => Math.abs(x - place.x) < half(text) + half(place.text) && Math.abs(y - place.y) < lineHeight - 4,
    );
    if (isInside && !overlaps) kept.push(place);
  }
  return kept.map(({ x, y, text }) =>
    element(
      'text',
      {
        x,
        y: y + 4,
        'font-size': fontSize,
        'font-weight': 'bold',
        'text-anchor': 'middle',
        fill: frame.colour,
        stroke: background(frame.theme),
        'stroke-width': 3,
        'paint-order': 'stroke',
      },
      text,
    ),
  );
}

/** Countries shaded by value; the highest have labels, and those that the map is too coarse for are listed below it. */
export function worldMap({ world, values }: WorldData, options: ChartOptions): ChartNode {
  const frame = frameOf({ height: (options.width ?? 720) * 0.52, ...options });
  const valid = values.filter(({ value }) => isValue(value)).sort((a, b) => b.value - a.value);
  if (valid.length === 0) return withoutData(frame);
  const { number, width, height, top } = frame;
  const names = new Intl.DisplayNames(options.language, { type: 'region' });
  const nameOf = (code: string) => (/^[A-Z]{2}$/.test(code) ? names.of(code) : undefined) ?? code;
  const classes = classesOf(valid.map(({ value }) => value));
  const byCode = new Map(valid.map(({ country, value }) => [country, value]));
  const fillOf = (value: number | undefined) => {
    const index = classes.findIndex(({ high }) => value !== undefined && value <= high);
    return index === -1 ? 'none' : shadeColour(frame.theme, shadeOf(index, classes.length));
  };
  const projection = geoNaturalEarth1().fitExtent(
    [
      [4, top],
      [width - 4, height - 4],
    ],
    { type: 'FeatureCollection', features: world.countries.map(({ shape }) => shape) },
  );
  const path = geoPath(projection).digits(1);
  const outline = { stroke: frame.colour, 'stroke-opacity': 0.5, 'stroke-width': 0.5 };
  const countries = world.countries.map(({ code, shape }) => {
    const value = code === undefined ? undefined : byCode.get(code);
    const title = code !== undefined && value !== undefined ? [element('title', {}, `${nameOf(code)}: ${number(value)}`)] : [];
    return element('path', { d: path(shape) ?? '', fill: fillOf(value), ...outline }, ...title);
  });
  const shapes = new Map(world.countries.flatMap(({ code, shape }) => (code === undefined ? [] : [[code, shape] as const])));
  const places = valid.slice(0, labelCount).flatMap(({ country, value }) => {
    const shape = shapes.get(country);
    const [x, y] = shape ? path.centroid(shape) : [Number.NaN, Number.NaN];
    return Number.isFinite(x) && Number.isFinite(y) ? [{ x, y, text: `${country} ${number(value)}` }] : [];
  });
  const keys = legend(
    frame,
    classes.map(({ low, high }, index) => ({
      name: low === high ? number(low) : `${number(low)} – ${number(high)}`,
      sample: (x, y) =>
        element('rect', {
          x,
          y: y + 2,
          width: swatch,
          height: 14,
          fill: shadeColour(frame.theme, shadeOf(index, classes.length)),
          ...outline,
        }),
    })),
    height,
  );
  const absent = valid.filter(({ country }) => !shapes.has(country)).map(({ country, value }) => `${nameOf(country)} ${number(value)}`);
  const note = shorten(`${texts[options.language].notOnMap}: ${absent.join(', ')}`, width - 24, fontSize);
  const named = valid.map(({ country, value }) => `${nameOf(country)}: ${number(value)}`);
  return drawing(
    frame,
    height + keys.height + (absent.length > 0 ? lineHeight : 0) + 8,
    `${texts[options.language].worldMap}. ${named.join('; ')}.`,
    ...countries,
    ...labelsOf(frame, places),
    ...keys.nodes,
    ...(absent.length > 0 ? [label(frame, 12, height + keys.height + 13, note)] : []),
  );
}
