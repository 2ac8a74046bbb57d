import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createMetrics } from '../telemetry/metrics.ts';
import { testDatabase as db } from '../testing/database.ts';
import { insertArticle, insertSource } from '../testing/news.ts';
import { measureAnalysisQueue } from './analysis-queue.ts';

const metrics = createMetrics();
let clock = 0;
const task = measureAnalysisQueue(db, metrics, () => clock);
/** Length and age of the queue after another `seconds`. */
async function measured(seconds: number): Promise<readonly number[]> {
  clock += seconds;
  await task.run();
  const text = await metrics.render();
  return ['queue', 'queue_age_seconds'].map((name) =>
    Number(new RegExp(`^instagram_captions_news_analysis_${name} (\\S+)$`, 'm').exec(text)?.[1]),
  );
}

let source = '';
beforeAll(async () => {
  source = await insertSource(db);
});
afterAll(() => db.destroy());

test('The queue of the analysis has the age of its oldest article, which starts again when that one is analyzed', async () => {
  expect(await measured(1)).toEqual([0, 0]);
  const waiting = { source_id: source, analysis_version: null, found_at: new Date('2025-01-01T00:00:00Z') };
  const first = await insertArticle(db, waiting);
  await insertArticle(db, waiting);
  await insertArticle(db, { source_id: source });
  expect(await measured(60)).toEqual([2, 0]);
  expect(await measured(60)).toEqual([2, 60]);
  await db.updateTable('news_articles').set({ analysis_version: 'test' }).where('id', '=', first).execute();
  expect(await measured(60)).toEqual([1, 0]);
  expect(await measured(30)).toEqual([1, 30]);
});
