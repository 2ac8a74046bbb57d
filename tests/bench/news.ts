/**
 * Time and plans of the queries of news on PostgreSQL, over made articles.
 * Usage: npm run bench:news [-- --articles N] [--rounds N] [--plans FILE]
 *   --articles  default: 10000; 1000000 take about three minutes
 *   --plans     where the plans are written (default: news-plans.txt in the folder of temporary files)
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Kysely, PostgresDialect } from 'kysely';
import { Pool } from 'pg';
import { openDatabase } from '../../service/database/database.ts';
import type { Tables } from '../../service/database/tables.ts';
import { refreshWeeklyCounts } from '../../service/news/analytics/weekly-counts.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { testSettings } from '../../service/testing/service.ts';
import { startPostgres } from '../services/servers.ts';
import { measureOthers } from './cores.ts';
import { createMadeArticles } from './news/made-articles.ts';
import { measureQueries } from './news/measure-queries.ts';

const { values } = parseArgs({
  options: {
    articles: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '20' },
    plans: { type: 'string', default: join(tmpdir(), 'news-plans.txt') },
  },
});
const print = (line: string) => void process.stdout.write(`${line}\n`);
async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  await work();
  print(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

const postgres = await startPostgres("shared_buffers = '512MB'\nmaintenance_work_mem = '256MB'\nmax_wal_size = '4GB'\n");
if (postgres === undefined) throw new Error('install PostgreSQL (/usr/lib/postgresql)');
try {
  const { migrate, close } = await openDatabase(testSettings({ DATABASE_URL: postgres.url }), createLogger('silent', { write: () => {} }));
  await migrate();
  await close();
  const pool = new Pool({ connectionString: postgres.url, max: 2, options: '-c timezone=UTC' });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  await timed(`${values.articles} articles`, () => createMadeArticles(db, Number(values.articles)));
  await timed('weekly counts', () => refreshWeeklyCounts(db));
  await db.destroy();
  print(`other processes use ${((await measureOthers()) * 100).toFixed(0)} % of this machine; ${values.rounds} rounds on one connection\n`);
  print(`${'ms'.padEnd(32)}${'p50'.padStart(8)}${'p95'.padStart(8)}  indexes; tables that are read whole`);
  const plans: string[] = [];
  for await (const { name, p50, p95, indexes, scanned, plans: plan } of measureQueries(postgres.url, Number(values.rounds))) {
    const figures = [p50, p95].map((value) => value.toFixed(1).padStart(8)).join('');
    print(`${name.padEnd(32)}${figures}  ${indexes || 'none'}; ${scanned || 'none'}`);
    plans.push(`## ${name}\n\n${plan}\n`);
  }
  await writeFile(values.plans, plans.join('\n'));
  print(`\nPlans: ${values.plans}`);
} finally {
  await postgres.remove();
}
