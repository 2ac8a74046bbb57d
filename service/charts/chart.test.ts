import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { chart } from './chart.ts';
import type { ChartOptions } from './frame.ts';
import { type ChartNode, toSvg } from './node.ts';
import { boxesOf, nodesOf, textsOf } from './testing/boxes.ts';
import { loadWorld } from './world.ts';

const world = await loadWorld();
const options: ChartOptions = { id: 'c', title: 'Articles', language: 'en', theme: 'file' };
const days = ['2026-11-28', '2026-11-29', '2026-11-30'];
const timeData = { days, series: [{ name: 'Positive', values: [1, null, 3] }] };

const name = fc.string({ unit: 'grapheme', maxLength: 60 });
const value = fc.oneof(fc.nat(1_000_000), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(0));
const anyOptions = fc.record({
  id: fc.constant('c'),
  title: name,
  language: fc.constantFrom('es' as const, 'en' as const),
  theme: fc.constantFrom('page' as const, 'file' as const),
  width: fc.integer({ min: 320, max: 1600 }),
  height: fc.integer({ min: 160, max: 600 }),
});
const anyDays = fc
  .tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 120 }))
  .map(([start, count]) => Array.from({ length: count }, (_, index) => new Date((start + index) * 86_400_000).toISOString().slice(0, 10)));
const anyTimeData = anyDays.chain((dates) =>
  fc.record({
    days: fc.constant(dates),
    series: fc.array(fc.record({ name, values: fc.array(fc.option(value), { minLength: dates.length, maxLength: dates.length }) }), {
      maxLength: 10,
    }),
  }),
);
const anyBars = fc.array(fc.record({ label: name, value }), { maxLength: 30 });
const anyCountries = fc.uniqueArray(
  fc.record({ country: fc.constantFrom('ES', 'US', 'AR', 'RU', 'FJ', 'NZ', 'SG', 'XX', '??', 'XK', 'GL'), value }),
  { selector: ({ country }) => country },
);

/** Coordinates that are no numbers, and boxes outside of the drawing. */
function faults(node: ChartNode): string[] {
  const [, , width = 0, height = 0] = String(node.attributes.viewBox).split(' ').map(Number);
  const outside = boxesOf(node).filter(
    ({ left, top, right, bottom }) => !(left >= -0.5 && top >= -0.5 && right <= width + 0.5 && bottom <= height + 0.5),
  );
  const notNumbers = /NaN|Infinity|undefined/.test(JSON.stringify(nodesOf(node).map(({ attributes }) => attributes)));
  return [...outside.map((box) => JSON.stringify({ ...box, width, height })), ...(notNumbers ? ['a coordinate is no number'] : [])];
}

describe('A chart of any data stays inside its view box and has numbers only:', () => {
  test.each(['lines', 'stackedBars'] as const)('%s', (kind) => {
    fc.assert(fc.property(anyTimeData, anyOptions, (data, each) => expect(faults(chart(kind, data, each))).toEqual([])));
  });
  test('horizontalBars', () => {
    fc.assert(fc.property(anyBars, anyOptions, (data, each) => expect(faults(chart('horizontalBars', data, each))).toEqual([])));
  });
  test('worldMap', () => {
    const data = anyCountries.map((values) => ({ world, values }));
    fc.assert(
      fc.property(data, anyOptions, (each, settings) => expect(faults(chart('worldMap', each, settings))).toEqual([])),
      { numRuns: 20 },
    );
  });
  test('lines of a score from -1 to 1', () => {
    const data = { days, series: [{ name: 'Score', values: [-1, 0.5, 1] }] };
    expect(faults(chart('lines', data, { ...options, range: [-1, 1] }))).toEqual([]);
  });
});

describe('A chart without data', () => {
  test.each([
    ['lines', chart('lines', { days: [], series: [] }, options)],
    ['lines of missing values', chart('lines', { days, series: [{ name: 'Positive', values: [null, null, null] }] }, options)],
    ['stackedBars', chart('stackedBars', { days, series: [] }, options)],
    ['horizontalBars', chart('horizontalBars', [], options)],
    ['worldMap', chart('worldMap', { world, values: [] }, options)],
  ])('says so and draws no axis: %s', (_, node) => {
    expect(textsOf(node)).toEqual(['Articles', 'There is no data for this period.']);
    expect(nodesOf(node).filter(({ tag }) => tag === 'line' || tag === 'path')).toEqual([]);
  });

  test('says so in Spanish', () => {
    expect(textsOf(chart('horizontalBars', [], { ...options, language: 'es' }))).toContain('No hay datos de este periodo.');
  });
});

describe('A line', () => {
  test('is interrupted on a day without a value, whose neighbours get a shape', () => {
    const node = chart('lines', timeData, options);
    const [line] = nodesOf(node).filter(({ attributes }) => attributes.fill === 'none');
    expect(String(line?.attributes.d).match(/M/g)).toHaveLength(2);
    const shapes = nodesOf(node).filter(({ attributes }) => attributes.transform !== undefined);
    expect(shapes).toHaveLength(3); // two points and the legend
  });

  test('has a dash of its own, so that colours are not needed', () => {
    const series = Array.from({ length: 8 }, (_, index) => ({ name: `S${index}`, values: [1, 2, 3] }));
    const strokes = nodesOf(chart('lines', { days, series }, options)).filter(({ attributes }) => attributes.fill === 'none');
    expect(new Set(strokes.map(({ attributes }) => attributes['stroke-dasharray'])).size).toBe(8);
  });
});

describe('Stacked bars', () => {
  test('have heights in proportion to their values', () => {
    const series = [
      { name: 'A', values: [2, 0, 4] },
      { name: 'B', values: [4, 1, null] },
    ];
    const node = chart('stackedBars', { days, series }, { ...options, theme: 'page' });
    const heights = nodesOf(node)
      .filter(({ children }) =>
        children.some((child) => typeof child !== 'string' && child.tag === 'title' && /2026/.test(String(child.children[0]))),
      )
      .map(({ attributes }) => Number(attributes.height));
    const unit = heights[0] ?? 0;
    expect(heights.map((height) => Math.round((height / unit) * 20) / 10)).toEqual([2, 4, 1, 4]);
  });

  test('keep the style of a series when an earlier series has no values', () => {
    const series = [
      { name: 'A', values: [null, null, null] },
      { name: 'B', values: [4, 1, 2] },
    ];
    expect(toSvg(chart('stackedBars', { days, series }, options))).toContain('url(#c-series-1)');
  });
});

describe('The world map', () => {
  const values = [
    { country: 'ES', value: 120 },
    { country: 'US', value: 80 },
    { country: 'SG', value: 3 },
  ];

  test('knows the code of every country except two areas without one', () => {
    expect(world.countries.filter(({ code }) => code === undefined)).toHaveLength(2);
    expect(world.countries.length).toBe(176);
  });

  test('labels the highest values and lists countries that it cannot show', () => {
    const shown = textsOf(chart('worldMap', { world, values }, options));
    expect(shown).toEqual(expect.arrayContaining(['ES 120', 'US 80', 'Not on the map: Singapore 3']));
  });

  test('names countries in the language of the chart', () => {
    expect(toSvg(chart('worldMap', { world, values }, { ...options, language: 'es' }))).toContain('<title>Estados Unidos: 80</title>');
  });
});

describe('The text of a chart', () => {
  test('has a title and a description for screen readers', () => {
    const svg = toSvg(chart('lines', timeData, options));
    expect(svg).toContain('role="img" aria-labelledby="c-title c-description"');
    expect(svg).toContain('<title id="c-title">Articles</title>');
    expect(svg).toContain('Line chart, from Nov 28, 2026 to Nov 30, 2026. Positive: the highest value is 3 (Nov 30, 2026).');
  });

  test('writes days and numbers in Spanish', () => {
    const data = { days, series: [{ name: 'Positivas', values: [1000.5, 20_000, 3] }] };
    const svg = toSvg(chart('lines', data, { ...options, language: 'es' }));
    expect(svg).toContain('>28 nov<');
    expect(svg).toContain('20.000 (29 nov 2026)');
  });

  test('contains any text escaped', () => {
    fc.assert(
      fc.property(name, (title) => {
        const svg = toSvg(chart('horizontalBars', [{ label: `</svg>"&${title}`, value: 1 }], { ...options, title: `<b>${title}` }));
        const markup = svg.replace(/<(?:svg|title|desc|rect|text|g)(?: [\w-]+="[^"<>]*")*>|<\/(?:svg|title|desc|rect|text|g)>/g, '');
        expect(markup).not.toMatch(/[<>]/);
      }),
    );
  });

  test('has no character that XML forbids', () => {
    expect(toSvg({ tag: 'text', attributes: {}, children: ['a\u{0}b\u{D800}c\u{1F600}'] })).toBe(
      '<text>a\u{FFFD}b\u{FFFD}c\u{1F600}</text>',
    );
  });

  test('has no style attribute, which the content security policy forbids', () => {
    const nodes = nodesOf(chart('worldMap', { world, values: [{ country: 'ES', value: 1 }] }, { ...options, theme: 'page' }));
    expect(nodes.filter(({ tag, attributes }) => tag === 'style' || 'style' in attributes)).toEqual([]);
  });

  test('follows the colours of a page, and has fixed ones in a file', () => {
    expect(toSvg(chart('lines', timeData, { ...options, theme: 'page' }))).toContain('var(--chart-series-0, #0072B2)');
    expect(toSvg(chart('lines', timeData, options))).not.toMatch(/var\(|currentColor/);
  });
});
