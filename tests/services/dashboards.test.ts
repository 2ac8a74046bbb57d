import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { redisConf } from '../../manifests/data/redis-conf.ts';
import { local } from '../../manifests/environments/local.ts';
import { dashboardsOf, panelsOf } from '../../manifests/monitoring/dashboards.ts';
import { type Client, createClient } from '../../service/client/client.ts';
import { type Database, openDatabase } from '../../service/database/database.ts';
import { addArticles } from '../../service/news/analysis/testing/articles.ts';
import { createLogger } from '../../service/telemetry/log.ts';
import { articles, rss } from '../../service/testing/made-web/documents.ts';
import { sends, startMadeWeb } from '../../service/testing/made-web/server.ts';
import { spawnService } from '../../service/testing/process.ts';
import { g0, testSettings } from '../../service/testing/service.ts';
import { respondsWithError, startUpstream } from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { asMonitoringRole, missingExporters, startExporters } from './exporters.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';
import { findOnPath, type OwnServer, startPostgres, startRedis } from './servers.ts';

const cleanups: (() => unknown)[] = [];
afterAll(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
const owned = <S extends OwnServer>(server: S | undefined) => {
  if (server !== undefined) cleanups.push(() => server.remove());
  return server;
};
const prometheusProgram = missingExporters.length === 0 ? findOnPath('prometheus') : undefined;
const postgres = prometheusProgram && owned(await startPostgres());
const replica = postgres && owned(await startPostgres('', tmpdir(), postgres.url));
const redis = replica && owned(await startRedis(redisConf('64mb')));
if (redis === undefined)
  console.error('skipped: install prometheus, its exporters of node, postgres and redis, postgresql and redis-server');

const password = 'the-first-password';
const host = 'news.test';

/** The role scraper, which fetches from a site of this machine. */
async function startScraper(databaseUrl: string) {
  const web = await startMadeWeb((origin) => ({ [host]: { '/feed': sends(rss(articles(origin(host), 3))) } }));
  cleanups.push(web.close);
  const env = { PATH: process.env.PATH, DATABASE_URL: databaseUrl, WEB_PORT: String(web.port) };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs/scraper.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });

  const port = await waitUntil(() => /"ports":\{"http":(\d+)/.exec(output)?.[1]);
  return { address: `127.0.0.1:${port}`, feed: `${web.origin(host)}/feed` };
}

/** What is new each time: the rate of a counter needs an increase after the first scrape. */
async function exercise(admin: Client, { db }: Database, baseUrl: string, feed: string): Promise<void> {
  const caption = { ...g0, style: 'casual', audience: 'general' } as const;
  const fresh = { ...caption, content_description: `A red bicycle ${randomUUID()}` };
  const source = {
    name: randomUUID(),
    url: feed,
    kind: 'feed',
    interval_minutes: 60,
    is_active: true,
    compliance_score: 100,
    compliance_reasons: '[]',
    next_fetch_at: new Date(0),
  } as const;
  await Promise.allSettled([
    admin.call('generate', { body: caption }),
    admin.call('generate', { body: fresh }),
    admin.call('createBatch', { body: { items: [{ kind: 'generate', ...fresh }] } }),
    admin.call('createExport', { body: { kind: 'csv', dataset: 'articles' } }),
    createClient({ baseUrl, credential: 'a-wrong-key' }).call('listUsers'),
    createClient({ baseUrl }).call('login', { body: { username: 'admin', password: 'wrong' } }),
    addArticles(db, [{ title: `A market in village ${randomUUID()}` }]),
    db
      .insertInto('news_sources')
      .values(source)
      .onConflict((conflict) => conflict.column('url').doUpdateSet({ next_fetch_at: new Date(0) }))
      .execute(),
  ]);
}

/** The queries of the dashboards without a value. */
async function emptyQueries({ valuesOf }: Prometheus): Promise<string[]> {
  const queries = dashboardsOf(local).flatMap((dashboard) =>
    panelsOf(local, dashboard, () => true).flatMap((panel) =>
      Object.entries(panel.queries).map(([legend, { promql }]) => ({
        name: `${dashboard.title}: ${panel.title}: ${legend}`,
        text: promql(),
      })),
    ),
  );
  const empty: string[] = [];
  for (const { name, text } of queries) if ((await valuesOf(text)).length === 0) empty.push(name);
  return empty;
}

const withServers = redis === undefined ? describe.skip : describe;
withServers('The dashboards', () => {
  test('have a value for every query while the service is under load', async () => {
    if (!prometheusProgram || !postgres || !replica || !redis) return;
    const folder = mkdtempSync(join(tmpdir(), 'leyenda-dashboards-'));
    cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
    const upstream = await startUpstream(respondsWithError(429, { 'Retry-After': '60' }));
    cleanups.push(upstream.close);
    const database = await openDatabase(testSettings({ DATABASE_URL: postgres.url }), createLogger('silent', { write: () => {} }));
    cleanups.push(database.close);
    await database.migrate();
    await database.db.insertInto('backups').values({ id: '20260101_000000', completed_at: new Date(), bytes: 1 }).execute();
    const service = spawnService({
      DATABASE_URL: postgres.url,
      DATABASE_REPLICA_URL: replica.url,
      REDIS_URL: redis.url,
      FIRST_ADMIN_PASSWORD: password,
      EXPORTS_DIR: join(folder, 'exports'),
      RATE_LIMIT_LOGIN_REQUESTS: '3',
      RATE_LIMIT_REQUESTS: '1000000',
      RATE_LIMIT_IP_REQUESTS: '1000000',
      RATE_LIMIT_IP_ALL_REQUESTS: '1000000',
      TEXT_MODELS: JSON.stringify([
        { id: 'cloud', provider: 'openai', name: 'Cloud', base_url: upstream.url, api_key: 'a-key', model: 'm' },
        { id: 'offline', provider: 'offline' },
      ]),
    });
    cleanups.push(service.end);
    const baseUrl = await service.url();
    const scraper = await startScraper(postgres.url);
    const exporters = await startExporters(postgres.url, redis.url);
    cleanups.push(exporters.end);
    const roles = { api: new URL(baseUrl).host, scraper: scraper.address };
    const prometheus = await startPrometheus(prometheusProgram, local, roles, exporters.addresses);
    cleanups.push(prometheus.end);
    const { access_token: credential } = await createClient({ baseUrl }).call('login', { body: { username: 'admin', password } });
    const admin = createClient({ baseUrl, credential });
    const round = () => exercise(admin, database, baseUrl, scraper.feed);

    // Only an outage has server errors and operations without Redis.
    await round();
    await redis.stop();
    await round();
    await redis.start();
    const empty = await waitUntil(
      async () => {
        await round();
        return emptyQueries(prometheus);
      },
      (queries) => queries.length === 0,
    );
    expect(empty).toEqual([]);
  });

  test('read PostgreSQL by a role that sees statistics and no table of the service', () => {
    const { url } = postgres || { url: '' };
    expect(asMonitoringRole(url, 'select count(*) > 0 from pg_stat_activity where query is not null')).toBe('t');
    expect(asMonitoringRole(url, 'select * from users')).toContain('permission denied for table users');
    expect(asMonitoringRole(url, 'create table public.own (id integer)')).toContain('permission denied for schema public');
  });
});
