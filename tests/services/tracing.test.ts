import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { product } from '../../contract/product.ts';
import { createClient } from '../../service/client/client.ts';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import { g0, generate } from '../../service/testing/service.ts';
import { type Behaviour, respondsWithError, respondsWithText, startUpstream, type Upstream } from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { findPrograms } from '../documents/programs.ts';
import { type FreshDatabase, freshDatabase } from './fresh-database.ts';
import { type Jaeger, type StoredSpan, startJaeger } from './jaeger.ts';
import { freePort } from './servers.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const withServers = given === undefined ? describe.skip : describe;
const withJaeger = given !== undefined && findPrograms('jaeger') ? describe : describe.skip;

const key = 'key-of-the-traced-caller';
const answer = JSON.stringify({ captions: ['A dog runs on the beach at sunset.'], hashtags: ['dog'] });
const running: ServiceProcess[] = [];
let fresh: FreshDatabase | undefined;
let upstream: Upstream | undefined;
beforeAll(async () => {
  if (given !== undefined) fresh = await freshDatabase(given);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((process) => process.end()));
  await upstream?.close();
  upstream = undefined;
});
afterAll(async () => {
  await fresh?.remove();
  await given?.end();
});

/** Starts processes of these roles, whose text model is an upstream with this behaviour. */
async function start(roles: readonly ('api' | 'worker')[], behaviour: Behaviour, environment: Readonly<Record<string, string>>) {
  const model = await startUpstream(behaviour);
  upstream = model;
  const processes = roles.map((ROLE) =>
    spawnService({
      ROLE,
      DATABASE_URL: fresh?.url ?? '',
      REDIS_URL: given?.redisUrl ?? '',
      VALID_API_KEYS: key,
      OPENAI_API_KEY: 'sk-of-the-provider',
      OPENAI_BASE_URL: model.url,
      ...environment,
    }),
  );
  running.push(...processes);
  const [first] = processes;
  const url = (await first?.url()) ?? '';
  /** Stops the processes, which export their last spans. */
  const stop = async () => {
    for (const process of running) process.signal('SIGINT');
    const ends = await Promise.all(running.splice(0).map((process) => process.exited));
    return ends.map(({ code, output }) => ({ code, output }));
  };
  return { url, upstream: model, stop };
}

const newTraceId = () => randomBytes(16).toString('hex');
const callerSpan = 'b7ad6b7169203331';
const traceparentOf = (traceId: string) => `00-${traceId}-${callerSpan}-00`;
const headersOf = (traceId: string) => ({
  Authorization: `Bearer ${key}`,
  'Content-Type': 'application/json',
  traceparent: traceparentOf(traceId),
});
const batch = z.object({ id: z.string() });

/** The names of the spans from the root to this one. */
function pathOf(span: StoredSpan, spans: readonly StoredSpan[]): string[] {
  const parent = spans.find(({ id }) => id === span.parent);
  return [...(parent === undefined ? [`of ${span.parent}`] : pathOf(parent, spans)), span.name];
}

withJaeger('A batch', () => {
  let jaeger: Jaeger | undefined;
  /** The spans of a trace once these are among them, and no more were stored since the last time. */
  async function storedTrace(traceId: string, names: readonly string[]): Promise<readonly StoredSpan[]> {
    let before = -1;
    const isComplete = (spans: readonly StoredSpan[]) => {
      const isSame = spans.length === before;
      before = spans.length;
      const isConnected = spans.every((span) => pathOf(span, spans)[0] === `of ${callerSpan}`);
      return isSame && isConnected && names.every((name) => spans.some((span) => span.name === name));
    };
    return waitUntil(async () => (await jaeger?.trace(traceId)) ?? [], isComplete);
  }
  beforeAll(async () => {
    jaeger = await startJaeger();
  });
  afterAll(() => jaeger?.end());

  test('is one connected trace in Jaeger, through both processes, the stores and the text model', async () => {
    const traceId = newTraceId();
    const { url, upstream, stop } = await start(['api', 'worker'], respondsWithText(answer), {
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger?.endpoint ?? '',
    });
    const items = ['dog', 'cat'].map((animal) => ({ ...g0, kind: 'generate', content_description: `A ${animal} on a beach at sunset` }));
    const created = await fetch(`${url}/api/v1/batch`, { method: 'POST', headers: headersOf(traceId), body: JSON.stringify({ items }) });
    const { id } = batch.parse(await created.json());
    const client = createClient({ baseUrl: url, credential: key });
    await waitUntil(
      () => client.call('readBatch', { params: { id } }),
      ({ finished_at }) => finished_at !== null,
    );
    expect((await stop()).map(({ code }) => code)).toEqual([0, 0]);

    const spans = await storedTrace(traceId, ['POST /api/v1/batch', 'process batch-chunks']);
    // Every span is below that of the caller.
    const paths = spans.map((span) => pathOf(span, spans));
    for (const path of paths) expect(path.slice(0, 2)).toEqual([`of ${callerSpan}`, 'POST /api/v1/batch']);
    const [api, worker] = ['api', 'worker'].map((role) => `${product.name}-${role}`);
    const namesOf = (service: string | undefined) => spans.filter((span) => span.service === service).map(({ name }) => name);
    expect(namesOf(api)).toEqual(
      expect.arrayContaining(['POST /api/v1/batch', 'begin', 'insert batches', 'insert batch_items', 'insert batch-chunks', 'commit']),
    );
    // The first call of a script sends its text.
    expect(namesOf(api).filter((name) => /^eval(?:sha)?$/.test(name))).not.toEqual([]);
    expect(namesOf(worker)).toEqual(
      expect.arrayContaining(['process batch-chunks', 'select batch_items', 'update batch_items', 'mget', 'POST']),
    );
    expect(namesOf(worker).filter((name) => name.startsWith('chat '))).toHaveLength(items.length);
    const sent = upstream.requests.map(({ headers }) => headers.traceparent);
    const requests = spans.filter(({ name }) => name === 'POST').map((span) => `00-${traceId}-${span.id}-01`);
    expect(sent.length).toBeGreaterThanOrEqual(items.length);
    expect([...sent].sort()).toEqual([...requests].sort());
    const text = JSON.stringify(spans);
    for (const secret of [key, 'sk-of-the-provider', 'on a beach']) expect(text).not.toContain(secret);
  });

  test('with a ratio of 0, a failed request is stored with the reason, and a successful one is not', async () => {
    const [failed, successful] = [newTraceId(), newTraceId()];
    const { url, upstream, stop } = await start(['api'], respondsWithText(answer), {
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger?.endpoint ?? '',
      OTEL_TRACES_SAMPLER_ARG: '0',
    });
    expect(
      (
        await generate({ url }, { ...g0, content_description: 'A fox in the snow' }, key, {
          headers: headersOf(successful),
          method: 'POST',
        })
      ).status,
    ).toBe(200);
    upstream.setBehaviours(respondsWithError(500));
    const body = { ...g0, content_description: 'An owl at night' };
    expect((await generate({ url }, body, key, { headers: headersOf(failed) })).status).toBeGreaterThanOrEqual(500);
    await stop();
    const spans = await storedTrace(failed, ['POST /api/v4/generate', 'POST']);
    expect(spans.find(({ name }) => name === 'POST')?.tags).toMatchObject({ 'http.response.status_code': 500, error: true });
    expect(await jaeger?.trace(successful)).toEqual([]);
  });
});

/** A collector that keeps what it receives. */
async function startCollector() {
  let received = '';
  const server = createServer(async (request, response) => {
    for await (const chunk of request) received += String(chunk);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { endpoint, received: () => received, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test('A process that ends because of an error exports its last spans', async () => {
  await using collector = await startCollector();
  const crash = 'process.on("SIGWINCH", () => { throw new Error("broken") })';
  const service = spawnService({
    ROLE: 'api',
    DATABASE_URL: 'postgresql://127.0.0.1:1/x',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(crash)}`,
  });
  running.push(service);
  await fetch(`${await service.url()}/api/v1/docs`);
  service.signal('SIGWINCH');
  expect((await service.exited).code).toBe(1);
  expect(collector.received()).toContain('GET /api/v1/docs');
});

withServers('A collector that cannot be reached', () => {
  test('fails no request, no stop, and causes one log line', async () => {
    const { url, stop } = await start(['api'], respondsWithText(answer), {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${await freePort()}`,
    });
    for (let count = 0; count < 100; count += 1) expect((await generate({ url }, g0, key)).status).toBe(200);
    const [ended] = await stop();
    expect(ended?.code).toBe(0);
    expect(ended?.output.match(/Traces are lost/g) ?? []).toHaveLength(1);
  });
});
