import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { names } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import { local } from '../../manifests/environments/local.ts';
import { callClient, startClient } from './client.ts';
import { edgeNamespace, getJson, type Images, kubectl, kubectlResult, namespace, setup } from './cluster.ts';
import { readyPod, readyPods } from './components.ts';
import { call } from './edge-call.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { edgeCertificate, givenLocal } from './local-environment.ts';
import { startNginx } from './nginx.ts';
import { until, whole } from './whole.ts';

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else wholeEnvironment(found.images);

const wish = { content_description: 'A lighthouse in the fog', style: 'casual', audience: 'travel', client_id: 'e2e' };
const caption = { path: '/api/v4/generate', method: 'POST', body: wish } as const;
const question = { query: '{ models { name } }' };

function wholeEnvironment(images: Images) {
  beforeAll(async () => {
    record('what', 'verdict', 'figures');
    record('images from Debian packages instead', '-', process.env.E2E_SUBSTITUTES);
    record('left out, since their images cannot be had here', '-', process.env.E2E_LEFT_OUT);
    await givenLocal(images.one);
    await startClient(images.one);
  }, 240_000);
  afterAll(() => printLedger());

  describe('The local environment', () => {
    test('is whole: every role, PostgreSQL on a volume of its own, Redis', async () => {
      await whole(120);
      for (const component of [...workloadRoles, 'postgres', 'redis']) {
        const pods = await readyPods(namespace, component);
        expect({ component, ready: pods.length > 0 }).toEqual({ component, ready: true });
        record(component, 'ready', `${pods.length} on ${[...new Set(pods.map(({ spec }) => spec.nodeName))].sort().join(', ')}`);
      }
      for (const volume of [`data-${names.postgres}-0`, names.exports]) {
        const { status } = await getJson('pvc', volume, '-n', namespace);
        expect([volume, status.phase]).toEqual([volume, 'Bound']);
      }
    }, 150_000);

    test('keeps what it stores in PostgreSQL, and what it may forget in Redis', async () => {
      expect((await callClient('caption')).status).toBe(200);
      const postgres = await readyPod(namespace, 'postgres');
      const sql = ['psql', '-h', '127.0.0.1', '-U', localDatabase.user, '-d', localDatabase.database, '-tAc'];
      const tables = 'select count(*) from pg_tables where schemaname not in ($$pg_catalog$$, $$information_schema$$)';
      const password = 'PGPASSWORD=$POSTGRES_PASSWORD exec "$@"';
      const counted = await kubectl(['exec', '-n', namespace, postgres.metadata.name, '--', 'bash', '-c', password, '-', ...sql, tables]);
      expect(Number(counted)).toBeGreaterThan(10);
      const redis = await readyPod(namespace, 'redis');
      const keys = Number(await kubectl(['exec', '-n', namespace, redis.metadata.name, '--', 'redis-cli', 'dbsize']));
      expect(keys).toBeGreaterThan(0);
      record('stores', 'ok', `${Number(counted)} tables, ${keys} keys in Redis`);
    }, 60_000);

    test('finishes in the worker what the API accepts as a batch', async () => {
      const startMs = Date.now();
      const { status, body } = await callClient('batch', '40');
      expect(status).toBe(202);
      const progress = async () => (await callClient('progress', body.id)).body;
      const done = await until(progress, ({ status: now }) => now === 'done' || now === 'failed', 60);
      expect(done).toMatchObject({ status: 'done', total: 40, succeeded: 40, failed: 0 });
      record('a batch of 40 by the worker', 'done', seconds(since(startMs)));
    }, 90_000);

    test('exports a file that analytics write and every pod of the API reads', async () => {
      const created = await callClient('send', 'POST', '/api/v1/export', JSON.stringify({ kind: 'csv', dataset: 'articles' }));
      expect(created).toMatchObject({ status: 202 });
      const path = `/api/v1/export/${JSON.parse(created.body).id}`;
      const state = async () => JSON.parse((await callClient('send', 'GET', path)).body).state;
      expect(await until(state, (now) => now === 'succeeded' || now === 'failed', 60)).toBe('succeeded');
      // A connection of its own for each download: the Service leads them to different pods.
      const files = await Promise.all(Array.from({ length: 12 }, () => callClient('send', 'GET', `${path}/file`)));
      expect([...new Set(files.map(({ status }) => status))]).toEqual([200]);
      record('an export by analytics, downloaded from the API', 'ok', files[0]?.body.split('\n')[0]);
    }, 120_000);

    test('answers GraphQL on a Service of its own', async () => {
      const { status, body } = await callClient('graphql');
      expect({ status, body }).toEqual({ status: 200, body: { data: { generateCaption: { caption: expect.stringContaining('Cádiz') } } } });
      record('GraphQL on its Service', 'ok', body.data.generateCaption.caption);
    }, 30_000);
  });

  // ADDRESS:PORT of the gateway, as this machine reaches it.
  const { E2E_EDGE_HTTP: web, E2E_EDGE_HTTPS: secure } = process.env;
  const throughEdge = web && secure ? describe : describe.skip;
  throughEdge(
    `The edge of the local environment${web && secure ? '' : ' (skipped: E2E_EDGE_HTTP and E2E_EDGE_HTTPS say where it is)'}`,
    () => {
      const { host } = local.edge;
      const over = async (more: Omit<Parameters<typeof call>[0], 'to' | 'host'>) =>
        call({ to: secure ?? '', host, ca: await edgeCertificate(), ...more });

      test('answers a caption by TLS, with the headers that the service sends', async () => {
        const answer = await until(
          () => over(caption),
          ({ status }) => status === 200,
          30,
        );
        expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: expect.stringContaining('lighthouse') });
        expect(answer.headers).toMatchObject({
          'strict-transport-security': expect.stringContaining('max-age'),
          'x-frame-options': 'DENY',
        });
        record('a caption through HTTPRoute and TLS', 'ok', JSON.parse(answer.body).caption);
      }, 60_000);

      test('redirects plain HTTP', async () => {
        const { status, headers } = await call({ to: web ?? '', host, path: '/health' });
        expect({ status, location: headers.location }).toEqual({
          status: 301,
          location: expect.stringMatching(`^https://${host}(:443)?/health$`),
        });
        record('plain HTTP at the edge', String(status), headers.location);
      }, 30_000);

      test('leads GraphQL to its own workload, and streams what is streamed', async () => {
        const { status, body } = await over({ path: '/graphql', method: 'POST', body: question });
        expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { data: { models: [{ name: expect.any(String) }] } } });
        const stream = await over({ ...caption, headers: { Accept: 'text/event-stream' } });
        expect(stream.headers['content-type']).toContain('text/event-stream');
        const events = [...stream.body.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);
        expect(events.at(-1)).toBe('done');
        record('GraphQL and events through the edge', 'ok', `${events.length} events, the last: ${events.at(-1)}`);
      }, 30_000);

      test('does not expose the metrics', async () => {
        const { status } = await over({ path: '/metrics' });
        expect(status).toBe(404);
      }, 30_000);
    },
  );

  describe('The nginx target', () => {
    test('in front of the same Services answers a caption by TLS', async () => {
      await startNginx();
      const program = `const { request } = require('node:https');
        const call = request({ host: 'nginx', path: '/api/v4/generate', method: 'POST', rejectUnauthorized: false, servername: '${local.edge.host}',
          headers: { Host: '${local.edge.host}', Authorization: 'Bearer ' + process.env.API_KEY, 'Content-Type': 'application/json' } },
          (response) => { let body = ''; response.on('data', (part) => { body += part; }); response.on('end', () => console.log(JSON.stringify({ status: response.statusCode, body }))); });
        call.end(${JSON.stringify(JSON.stringify(wish))});`;
      const tried = async () => {
        const { code, stdout, stderr } = await kubectlResult(['exec', '-n', edgeNamespace, 'client', '--', 'node', '-e', program]);
        return code === 0 ? JSON.parse(stdout) : { status: 0, body: stderr };
      };
      // A Service takes a moment to lead to a pod that is just ready.
      const { status, body } = await until(tried, (answer) => answer.status === 200, 30);
      expect({ status, body }).toEqual({ status: 200, body: expect.stringContaining('lighthouse') });
      record('a caption through the nginx target', 'ok', JSON.parse(body).caption);
    }, 60_000);
  });
}
