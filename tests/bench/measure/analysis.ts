import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { openDatabase } from '../../../service/database/database.ts';
import { analyze } from '../../../service/news/analysis/analyze.ts';
import { readSubject } from '../../../service/news/analysis/subject.ts';
import { addArticles } from '../../../service/news/analysis/testing/articles.ts';
import { articleSamples } from '../../../service/news/analysis/testing/samples.ts';
import { createLogger } from '../../../service/telemetry/log.ts';
import { testSettings } from '../../../service/testing/service.ts';
import { onServerCore } from '../cores.ts';
import type { Figures } from '../figures.ts';
import { cpuMicroseconds, residentMegabytes, stopProcess } from '../server-process.ts';
import { startService } from '../service-process.ts';

const articles = 10_000;
/** Sentences of one summary: about 400 characters. */
const sentences = 5;

const texts = (['en', 'es'] as const).flatMap((language) => articleSamples(language, 'development').map(({ text }) => text));
const textAt = (index: number) => texts[index % texts.length] ?? '';
const article = (index: number) => ({
  title: `${textAt(index)} (${index})`,
  summary: Array.from({ length: sentences }, (_, offset) => `${textAt(index + offset * 2)}.`)
    .join(' ')
    .slice(0, 500),
});

/** Articles per second of the analysis alone, on one core. */
export function measureAnalysis(): Figures {
  const subject = readSubject('breast-cancer');
  const run = (from: number, to: number) => {
    for (let index = from; index < to; index += 1) analyze({ ...article(index), declaredLanguage: null, sourceCountry: null }, subject);
  };
  run(0, 500);
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  run(500, 500 + articles / 2);
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond: articles / 2 / ((performance.now() - start) / 1000), cpu: (user + system) / (articles / 2) };
}

/** Articles per second of one process of the role analytics, from the table and back, from its first analyzed article. */
export async function measureAnalysisStage(stores: Readonly<Record<string, string>>, log: string): Promise<Figures> {
  const silent = createLogger('silent', { write: () => {} });
  const { db, close } = await openDatabase(testSettings({ DATABASE_URL: stores.DATABASE_URL }), silent);
  for (let from = 0; from < articles; from += 500)
    await addArticles(
      db,
      Array.from({ length: 500 }, (_, at) => article(from + at)),
    );
  const analytics = await startService({ log, env: { ...stores, ROLE: 'analytics' }, pin: onServerCore });
  try {
    const sample = async () => {
      const { rows } = await sql<{ done: number }>`select count(analysis_version)::int as done from news_articles`.execute(db);
      return { done: rows[0]?.done ?? 0, at: performance.now(), cpu: cpuMicroseconds(analytics) };
    };
    let first = await sample();
    while (first.done === 0) {
      await sleep(20);
      first = await sample();
    }
    let last = first;
    while (last.done < articles) {
      await sleep(100);
      last = await sample();
    }
    const done = last.done - first.done;
    return {
      perSecond: done / ((last.at - first.at) / 1000),
      cpu: (last.cpu - first.cpu) / done,
      residentMegabytes: residentMegabytes(analytics),
    };
  } finally {
    await stopProcess(analytics);
    await sql`truncate news_sources cascade`.execute(db);
    await close();
  }
}
