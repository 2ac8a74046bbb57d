import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ExportResultCode, hrTimeToMilliseconds } from '@opentelemetry/core';
import { type ReadableSpan, SamplingDecision, type SpanExporter } from '@opentelemetry/sdk-trace';
import { openAiErrorResponse, problemResponse } from '../http/problem-schemas.ts';
import { createLogger } from '../telemetry/log.ts';
import { activeTrace, addAttributes, traced } from '../telemetry/traced.ts';
import { g0, generate, startService, testSettings } from '../testing/service.ts';
import { type Behaviour, respondsWithError, respondsWithText, startUpstream } from '../testing/upstream.ts';
import { startTracing } from './start-tracing.ts';
import { createTraceSampler } from './trace-sampler.ts';

const endpoint = 'http://127.0.0.1:9';
const caller = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${caller.traceId}-${caller.spanId}-00`;
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Tracing into memory; `end` returns the spans that the exporter received. */
function startMemoryTracing(environment: Readonly<Record<string, string>> = {}) {
  const spans: ReadableSpan[] = [];
  const exporter: SpanExporter = {
    export(given, done) {
      spans.push(...given);
      done({ code: ExportResultCode.SUCCESS });
    },
    shutdown: async () => {},
  };
  const settings = testSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...environment });
  const tracing = startTracing(settings, endpoint, { warn: () => {} }, exporter);
  ends.push(tracing.close);
  return async () => {
    await tracing.close();
    return spans;
  };
}

const idsOf = (span: ReadableSpan | undefined) => span?.spanContext().spanId;
const named = (spans: readonly ReadableSpan[], name: string) => spans.filter((span) => span.name === name);
const route = '/api/v4/generate';

const answer = JSON.stringify({ captions: ['A dog runs on the beach at sunset.'], hashtags: ['dog'] });

/** A service with one connected model, and tracing; `end` stops both and returns the spans. */
async function start(environment: Readonly<Record<string, string>> = {}, behaviour: Behaviour = respondsWithText(answer)) {
  const upstream = await startUpstream(behaviour);
  const end = startMemoryTracing(environment);
  const service = await startService({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OPENAI_API_KEY: 'sk-of-the-provider',
    OPENAI_BASE_URL: upstream.url,
    ...environment,
  });
  ends.push(upstream.close);
  return {
    service,
    upstream,
    async end() {
      await service.close();
      return end();
    },
  };
}

describe('A traced request', () => {
  test('is one trace of the request, the call of the model and the request to it', async () => {
    const { service, upstream, end } = await start();
    await (await generate(service)).text();
    const spans = await end();
    const [server] = named(spans, `POST ${route}`);
    const [call] = spans.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat');
    const [request] = named(spans, 'POST');
    expect(server).toMatchObject({
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': 'POST', 'http.route': route, 'url.path': route, 'http.response.status_code': 200 },
    });
    expect(call).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { outcome: 'ok', 'gen_ai.usage.input_tokens': 11, 'gen_ai.usage.output_tokens': 7 },
    });
    expect(request).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { 'http.request.method': 'POST', 'server.address': '127.0.0.1', 'http.response.status_code': 200 },
    });
    expect(call?.parentSpanContext?.spanId).toBe(idsOf(server));
    expect(request?.parentSpanContext?.spanId).toBe(idsOf(call));
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(upstream.requests[0]?.headers.traceparent).toBe(`00-${server?.spanContext().traceId}-${idsOf(request)}-01`);
  });

  test('continues the trace of the caller and passes on nothing else of it', async () => {
    const { service, upstream, end } = await start();
    const headers = {
      Authorization: 'Bearer user-key',
      'Content-Type': 'application/json',
      traceparent,
      tracestate: 'vendor=secret',
      baggage: 'user=7',
    };
    await (await generate(service, g0, 'user-key', { headers })).text();
    const [server] = named(await end(), `POST ${route}`);
    expect(server?.spanContext().traceId).toBe(caller.traceId);
    expect(server?.parentSpanContext?.spanId).toBe(caller.spanId);
    const sent = upstream.requests[0]?.headers;
    expect(sent?.traceparent).toContain(caller.traceId);
    expect(sent).not.toHaveProperty('tracestate');
    expect(sent).not.toHaveProperty('baggage');
  });

  test('has its ids in each log line and in the error response', async () => {
    const { service, end } = await start();
    const problem = problemResponse.parse(await (await generate(service, { nothing: true })).json());
    const openAi = openAiErrorResponse.parse(await (await fetch(`${service.url}/v1/models/none`)).json());
    const spans = await end();
    const [traceId, second] = spans.filter(({ kind }) => kind === SpanKind.SERVER).map((span) => span.spanContext().traceId);
    const lines = service.lines.map((line) => JSON.parse(line)).filter(({ request_id }) => request_id === problem.request_id);
    expect(lines.length).toBeGreaterThanOrEqual(3);
    for (const line of lines) expect(line).toMatchObject({ trace_id: traceId, span_id: expect.stringMatching(/^[\da-f]{16}$/) });
    expect(problem.trace_id).toBe(traceId);
    expect(openAi.error.trace_id).toBe(second);
  });

  test('has no span for probes and scrapes', async () => {
    const { service, end } = await start();
    for (const path of ['/health', '/ready', '/metrics']) await (await fetch(service.url + path)).text();
    expect(await end()).toEqual([]);
  });

  test('has a span of the GraphQL operation', async () => {
    const { service, end } = await start();
    const headers = { Authorization: 'Bearer developer-key', 'Content-Type': 'application/json' };
    await (
      await fetch(`${service.graphqlUrl}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query: '{ models { id } }' }) })
    ).text();
    const spans = await end();
    expect(named(spans, 'query')[0]?.parentSpanContext?.spanId).toBe(idsOf(named(spans, 'POST /graphql')[0]));
  });

  test('has no secret, body or query in its spans', async () => {
    const { service, end } = await start();
    const secrets = ['user-key', 'sk-of-the-provider', 'sk-in-the-body', 'token-in-the-query', 'cookie-value', 'A dog on a beach'];
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', Cookie: 'session=cookie-value' };
    const body = JSON.stringify({ ...g0, content_description: 'sk-in-the-body' });
    await (await fetch(`${service.url}${route}?token=token-in-the-query`, { method: 'POST', headers, body })).text();
    await (await generate(service, `{"password":"sk-in-the-body"`)).text();
    const spans = await end();
    expect(spans.length).toBeGreaterThanOrEqual(4);
    const text = JSON.stringify(spans.map(({ name, attributes, events, status, links }) => ({ name, attributes, events, status, links })));
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

describe('With a ratio of 0', () => {
  const never = { OTEL_TRACES_SAMPLER_ARG: '0' };

  test('a request that succeeds is not exported, and the caller cannot change that', async () => {
    const { service, upstream, end } = await start(never);
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', traceparent: `${traceparent.slice(0, -1)}1` };
    await (await generate(service, g0, 'user-key', { headers })).text();
    expect(await end()).toEqual([]);
    expect(upstream.requests[0]?.headers.traceparent).toMatch(/-00$/);
  });

  test('a request that fails is exported with all of its spans', async () => {
    const { service, end } = await start(never, respondsWithError(500));
    expect((await generate(service)).status).toBeGreaterThanOrEqual(500);
    const spans = await end();
    expect(named(spans, `POST ${route}`)[0]?.status.code).toBe(SpanStatusCode.ERROR);
    expect(named(spans, 'POST')[0]).toMatchObject({ attributes: { 'http.response.status_code': 500, 'error.type': '500' } });
    expect(spans.every((span) => span.spanContext().traceFlags === 1)).toBe(true);
  });

  test('a job that throws is exported, and one that succeeds is not', async () => {
    const end = startMemoryTracing(never);
    await traced(
      () => ({ name: 'good', kind: 'internal' }),
      async () => {},
    );
    const failing = traced(
      () => ({ name: 'bad', kind: 'internal' }),
      async () => {
        throw Object.assign(new Error('a secret text'), { code: 'E_BROKEN' });
      },
    );
    await expect(failing).rejects.toThrow('a secret text');
    const spans = await end();
    expect(spans.map(({ name, attributes }) => [name, attributes['error.type']])).toEqual([['bad', 'E_BROKEN']]);
    expect(JSON.stringify(spans.map(({ events, status }) => [events, status]))).not.toContain('a secret text');
  });
});

describe('Of more than 100 requests per second', () => {
  test('the others are exported only if they fail', async () => {
    const end = startMemoryTracing();
    const from = performance.now();
    const job = (name: string, work: () => Promise<void>) => traced(() => ({ name, kind: 'internal' }), work);
    for (let count = 0; count < 500; count += 1) {
      await job('good', async () => {});
      await job('bad', () => Promise.reject(new Error('broken'))).catch(() => {});
    }
    const seconds = (performance.now() - from) / 1000;
    const spans = await end();
    expect(named(spans, 'bad')).toHaveLength(500);
    const good = named(spans, 'good').length;
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThanOrEqual(100 + 100 * seconds);
  });

  test('a job is exported if the request that sent it is', () => {
    const sampler = createTraceSampler(0);
    const decide = (kind: SpanKind, traceFlags: number) => {
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...caller, traceFlags, isRemote: true });
      return sampler.shouldSample(parent, caller.traceId, 'name', kind, {}, []).decision;
    };
    expect(decide(SpanKind.CONSUMER, 1)).toBe(SamplingDecision.RECORD_AND_SAMPLED);
    expect(decide(SpanKind.CONSUMER, 0)).toBe(SamplingDecision.RECORD);
    expect(decide(SpanKind.SERVER, 1)).toBe(SamplingDecision.RECORD);
  });
});

describe('A trace', () => {
  test('has at most 500 spans of one job', async () => {
    const end = startMemoryTracing();
    await traced(
      () => ({ name: 'job', kind: 'internal' }),
      async () => {
        for (let item = 0; item < 600; item += 1)
          await traced(
            () => ({ name: 'item', kind: 'internal' }),
            async () => addAttributes(() => ({ item })),
          );
      },
    );
    const spans = await end();
    expect(named(spans, 'item').length + named(spans, 'job').length).toBe(500);
  });

  test('has the times of the work, and values of at most 1000 characters', async () => {
    const end = startMemoryTracing();
    const from = Date.now();
    const inner = () =>
      traced(
        () => ({ name: 'inner', kind: 'internal', attributes: { text: 'x'.repeat(2000) } }),
        () => sleep(20),
      );
    await traced(() => ({ name: 'outer', kind: 'internal' }), inner);
    const to = Date.now();
    const [first, second] = await end();
    const [started, ended] = [first, second].map((span) => span && [span.startTime, span.endTime].map(hrTimeToMilliseconds));
    const times = [from - 1, ended?.[0], started?.[0], started?.[1], ended?.[1], to + 1];
    expect(times).toEqual([...times].sort((one, other) => Number(one) - Number(other)));
    expect(hrTimeToMilliseconds(first?.duration ?? [0, 0])).toBeGreaterThanOrEqual(19);
    expect([first?.name, first?.attributes.text]).toEqual(['inner', 'x'.repeat(1000)]);
  });

  test('has no statement outside of a request or job', async () => {
    const end = startMemoryTracing();
    await traced(
      () => ({ name: 'select', kind: 'client', isLeaf: true }),
      async () => {},
    );
    expect(await end()).toEqual([]);
  });

  test('does not contain work that continues after its end', async () => {
    const end = startMemoryTracing();
    const later = Promise.withResolvers<void>();
    let ids: unknown = 'none yet';
    let work: Promise<void> | undefined;
    await traced(
      () => ({ name: 'job', kind: 'internal' }),
      async () => {
        work = later.promise.then(() => {
          ids = activeTrace();
        });
      },
    );
    later.resolve();
    await work;
    expect(ids).toBeUndefined();
    expect((await end()).map(({ name }) => name)).toEqual(['job']);
  });
});

describe('The collector', () => {
  async function startCollector(status: number) {
    const requests: { readonly path: string | undefined; readonly headers: IncomingHttpHeaders }[] = [];
    const server = createServer((request, response) => {
      requests.push({ path: request.url, headers: request.headers });
      request.resume().once('end', () => response.writeHead(status).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(async () => {
      server.closeAllConnections();
      await server[Symbol.asyncDispose]();
    });
    const address = server.address();
    return { requests, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` };
  }
  const work = () =>
    traced(
      () => ({ name: 'job', kind: 'internal' }),
      async () => {},
    );

  test('receives OTLP at its path with the headers of the setting', async () => {
    const { requests, url } = await startCollector(200);
    const settings = testSettings({ OTEL_EXPORTER_OTLP_HEADERS: 'x-team=a%2Cb, x-other=c=d' });
    const tracing = startTracing(settings, `${url}/`, { warn: () => {} });
    await work();
    await tracing.close();
    expect(requests).toEqual([
      {
        path: '/v1/traces',
        headers: expect.objectContaining({ 'x-team': 'a,b', 'x-other': 'c=d', 'content-type': 'application/x-protobuf' }),
      },
    ]);
  });

  test('that rejects spans causes one log line a minute, with the reason', async () => {
    const { url } = await startCollector(400);
    const lines: unknown[] = [];
    const tracing = startTracing(testSettings({}), url, { warn: (...line: unknown[]) => void lines.push(line) });
    for (let count = 0; count < 2000; count += 1) await work();
    await tracing.close();
    expect(lines).toEqual([
      [{ dependency: 'traces', reason: expect.any(String), failures: 1 }, expect.stringContaining('Traces are lost')],
    ]);
  });
});

describe('Without tracing', () => {
  test('a log line has no trace', () => {
    const lines: string[] = [];
    createLogger('info', { write: (line) => void lines.push(line) }).info('text');
    expect(lines.join('')).not.toContain('trace_id');
  });

  test('an error response has no trace, and a caller cannot add one', async () => {
    const service = await startService();
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', traceparent };
    expect(await (await generate(service, { nothing: true }, 'user-key', { headers })).json()).not.toHaveProperty('trace_id');
    await service.close();
  });
});
