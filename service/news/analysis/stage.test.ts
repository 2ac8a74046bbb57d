import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createLogger } from '../../telemetry/log.ts';
import { testDatabase as db, testSqlExecutor as executor } from '../../testing/database.ts';
import { waitUntil } from '../../testing/wait-until.ts';
import { createAnalysisStage } from './stage.ts';
import { readSubject, type Subject } from './subject.ts';
import { addArticles } from './testing/articles.ts';

const log = createLogger('silent', { write: () => {} });
const breastCancer = readSubject('breast-cancer');
const stopping: (() => Promise<unknown>)[] = [];

function start(subject: Subject) {
  const analyzed = { count: 0 };
  const onAnalyzed = () => {
    analyzed.count += 1;
  };
  const stage = createAnalysisStage({ db, executor, subject, log, refines: false, onAnalyzed, onDone: async () => {} });
  const worker = stage.start();
  stopping.push(() => worker.stop(10));
  return { version: stage.version, analyzed, worker };
}
const articles = () => db.selectFrom('news_articles').selectAll().orderBy('id').execute();
const waiting = async () => (await articles()).filter(({ analysis_version }) => analysis_version === null).length;

beforeEach(async () => {
  await sql`delete from news_sources`.execute(db);
});
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

describe('The analysis stage', () => {
  test('stores the analysis of each article that waits, with its explanation', async () => {
    await addArticles(db, [
      { title: 'El cribado con mamografías reduce la mortalidad por cáncer de mama en Sevilla' },
      { title: 'The government presents the budget for next year' },
    ]);
    const { version } = start(breastCancer);
    await waitUntil(async () => (await waiting()) === 0);
    const [relevant, other] = await articles();
    expect(relevant).toMatchObject({ analysis_version: version, language: 'es', is_relevant: true, sentiment: 'positive', country: 'ES' });
    expect(relevant?.topics).toContain('screening');
    expect(relevant?.analysis).toMatchObject({
      matches: expect.arrayContaining([{ term: 'mamografi*', weight: 5, title: 1, summary: 0 }]),
    });
    expect(other).toMatchObject({ analysis_version: version, language: 'en', is_relevant: false, relevance: 0 });
  });

  test('finds articles that are added while it waits', async () => {
    const { analyzed } = start(breastCancer);
    await addArticles(db, [{ title: 'Breast cancer deaths fall' }]);
    await waitUntil(async () => analyzed.count === 1 && (await waiting()) === 0);
  });

  test('analyzes each article once although two of them run', async () => {
    await addArticles(
      db,
      Array.from({ length: 120 }, (_, index) => ({ title: `Breast cancer study number ${index}` })),
    );
    const [first, second] = [start(breastCancer), start(breastCancer)];
    await waitUntil(async () => (await waiting()) === 0);
    await Promise.all([first.worker.stop(10), second.worker.stop(10)]);
    expect(first.analyzed.count + second.analyzed.count).toBe(120);
  });

  test('analyzes articles again after the subject changed, and only once', async () => {
    await addArticles(db, [{ title: 'Breast cancer deaths fall' }, { title: 'A new wind farm off the coast' }]);
    const first = start(breastCancer);
    await waitUntil(async () => (await waiting()) === 0);
    await first.worker.stop(10);
    const second = start(readSubject('renewable-energy'));
    await waitUntil(async () => (await articles()).every(({ analysis_version }) => analysis_version === second.version));
    expect((await articles()).map(({ is_relevant }) => is_relevant)).toEqual([false, true]);
    await second.worker.stop(10);
    expect(second.analyzed.count).toBe(2);
  });

  test('leaves the articles of its own version unchanged when it starts again', async () => {
    await addArticles(db, [{ title: 'Breast cancer deaths fall' }]);
    const first = start(breastCancer);
    await waitUntil(async () => (await waiting()) === 0);
    await first.worker.stop(10);
    const [before] = await articles();
    const second = start(breastCancer);
    await addArticles(db, [{ title: 'Mammography on the bus' }]);
    await waitUntil(async () => (await waiting()) === 0);
    expect((await articles())[0]?.analyzed_at).toEqual(before?.analyzed_at);
    expect(second.analyzed.count).toBe(1);
  });

  test('continues after a failed statement', async () => {
    await addArticles(db, [{ title: 'Breast cancer deaths fall' }]);
    await sql`alter table news_articles rename to news_articles_gone`.execute(db);
    start(breastCancer);
    // The first look at the table fails.
    await waitUntil(async () => true);
    await sql`alter table news_articles_gone rename to news_articles`.execute(db);
    await waitUntil(async () => (await waiting()) === 0);
  });
});
