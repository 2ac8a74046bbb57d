import { describe, expect, test } from '@jest/globals';
import { chart } from '../../../charts/chart.ts';
import { loadWorld } from '../../../charts/world.ts';
import { readPng } from '../../../testing/read-png.ts';
import { draw } from './draw.ts';
import type { Report } from './report.ts';

const options = { id: 'chart', language: 'en', theme: 'file', format: {} } as const;
const barsOf = (title: string, label = 'Screening') => chart('horizontalBars', [{ label, value: 3 }], { ...options, title });
const map = async () =>
  chart('worldMap', { world: await loadWorld(), values: [{ country: 'ES', value: 3 }] }, { ...options, title: 'Countries' });
const report = async (): Promise<Report> => ({
  language: 'en',
  title: 'Report',
  period: 'November',
  createdAt: new Date('2026-11-30T12:00:00Z'),
  filters: [],
  figures: [['Articles', '3']],
  charts: [await map()],
  tables: [],
  articlesTitle: 'Articles',
  articles: Array.from({ length: 80 }, (_, index) => ({ title: `Title ${index}`, url: 'https://news.example/', about: 'Salud Hoy' })),
  noData: 'No data',
  page: 'Page {page} of {pages}',
});

/** Dark pixels of the picture in the box of the chart's title: 40 pixels high, at twice the size of the chart. */
async function darkPixels(title: string): Promise<number> {
  const { width, at } = readPng(await draw({ png: barsOf(title) }));
  let count = 0;
  for (let y = 0; y < 80; y += 1) for (let x = 0; x < width; x += 1) if (Math.max(...at(x, y)) < 128) count += 1;
  return count;
}

describe('A chart as PNG', () => {
  test('has twice the pixels of the chart', async () => {
    const node = barsOf('Topics');
    const { width, height } = readPng(await draw({ png: node }));
    expect([width, height]).toEqual([Number(node.attributes.width) * 2, Number(node.attributes.height) * 2]);
  });

  test.each([
    ['Latin', 'Topics of the week'],
    ['accented Latin', 'Cáncer de mama: ñandú'],
    ['Greek', 'Καρκίνος του μαστού'],
    ['Cyrillic', 'Рак молочной железы'],
    ['Devanagari', 'स्तन कैंसर'],
  ])('shows a title in %s letters', async (_, title) => {
    expect(await darkPixels('')).toBe(0);
    expect(await darkPixels(title)).toBeGreaterThan(300);
  });

  test('shows another title with other pixels', async () => {
    const [first, second] = await Promise.all(['Nine', 'Mine'].map((title) => draw({ png: barsOf(title) })));
    expect(Buffer.from(first ?? []).equals(second ?? new Uint8Array())).toBe(false);
  });

  test('has the colour of its bars', async () => {
    const { width, height, at } = readPng(await draw({ png: barsOf('Topics') }));
    const colours = new Set<string>();
    for (let y = 80; y < height; y += 2) for (let x = 0; x < width; x += 2) colours.add(at(x, y).join());
    expect(colours).toContain('0,114,178');
  });
});

/** Turns of the event loop while something is made. */
async function turnsDuring(make: () => Promise<unknown>): Promise<number> {
  let [turns, isOver] = [0, false];
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await make();
  isOver = true;
  return turns;
}

describe('Drawing', () => {
  test.each([
    ['a map as PNG', async () => ({ png: await map() })],
    ['a report as PDF', async () => ({ pdf: await report() })],
  ])('%s leaves the event loop free for requests', async (_, read) => {
    const drawing = await read();
    await draw(drawing);
    // On the event loop itself, it takes a handful of turns.
    expect(await turnsDuring(() => draw(drawing))).toBeGreaterThan(200);
  });

  test('writes the pages of a report with their numbers', async () => {
    const text = Buffer.from(await draw({ pdf: await report() })).toString('latin1');
    expect(text).toMatch(/^%PDF-1\.7/);
    expect(Number(/\/Count (\d+)/.exec(text)?.[1])).toBeGreaterThan(2);
  });

  test('fails with the error of the thread, and draws the next chart', async () => {
    const { children: _, ...broken } = barsOf('Topics');
    await expect(draw({ png: JSON.parse(JSON.stringify(broken)) })).rejects.toThrow();
    expect((await draw({ png: barsOf('Topics') })).length).toBeGreaterThan(1000);
  });
});
