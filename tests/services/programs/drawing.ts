/** Draws a chart as PNG and a report as PDF in a thread, and prints how both files start. */
import { chart } from '../../../service/charts/chart.ts';
import { draw } from '../../../service/news/exports/formats/draw.ts';

const options = { id: 'chart', title: 'Topics', language: 'en', theme: 'file', format: {} } as const;
const bars = chart('horizontalBars', [{ label: 'Screening', value: 3 }], options);
const report = {
  language: 'en',
  title: 'Report',
  period: 'November',
  createdAt: new Date(),
  filters: [],
  figures: [],
  charts: [bars],
  tables: [],
  articlesTitle: 'Articles',
  articles: [{ title: 'Title', url: 'https://news.example/', about: 'Salud Hoy' }],
  noData: 'No data',
  page: '{page}/{pages}',
} as const;
for (const file of [await draw({ png: bars }), await draw({ pdf: report })]) {
  process.stdout.write(`${Buffer.from(file.subarray(0, 4)).toString('latin1')} ${file.length}\n`);
}
