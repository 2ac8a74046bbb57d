import { expect, test } from '@jest/globals';
import { renderToStaticMarkup } from 'react-dom/server';
import { chart } from '../../../charts/chart.ts';
import { toSvg } from '../../../charts/node.ts';
import { toElement } from './chart-element.ts';

const options = { id: 'tone', title: 'Tone & "topics"', language: 'es', width: 400 } as const;
const days = ['2026-11-28', '2026-11-29'];
const series = [
  { name: 'Positivo', values: [1, 2] },
  { name: 'Negativo', values: [null, 1] },
];

test.each([
  ['lines', chart('lines', { days, series }, options)],
  ['stackedBars', chart('stackedBars', { days, series }, options)],
  ['horizontalBars', chart('horizontalBars', [{ label: 'Cribado', value: 3 }], options)],
])('the elements of a chart have the tags, attributes and texts of its file: %s', (_, node) => {
  const parts = (svg: string) => svg.replaceAll(/ (?:xmlns)="[^"]*"/g, '').replaceAll(/([\w-]+="[^"]*")/g, '$1');
  expect(parts(renderToStaticMarkup(toElement(node)))).toBe(parts(toSvg(node)));
});
