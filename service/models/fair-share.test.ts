import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createItemRunners, runItem } from '../batches/runners.ts';
import { failingModels } from '../testing/models.ts';
import { startService, type TestService } from '../testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { testCaller } from '../testing/usage-events.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { ModelError } from './model-error.ts';
import type { Models } from './models.ts';

/** As many as a model answers at once, and as many of one caller as may wait. */
const [slots, queue] = [64, 256];
/** How the upstream ends the requests that it holds. */
let held: (() => void)[] = [];
let upstream: Upstream;
let service: TestService;

beforeEach(async () => {
  held = [];
  upstream = await startUpstream(async (received, response) => {
    await new Promise<void>((resolve) => {
      held.push(resolve);
      void once(response, 'close').then(() => resolve());
    });
    await respondsWithText('An answer.')(received, response);
  });
  service = await startService({ OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'none', LOG_LEVEL: 'error' });
});
afterEach(async () => {
  await service.close();
  await upstream.close();
});

const chat = (content: string, key: string, signal: AbortSignal | null = null) =>
  fetch(`${service.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }] }),
    signal,
  });
const query = (text: string, key: string) =>
  fetch(`${service.url}/api/v1/query`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ query: text, context: false }),
  });
/** Waits until the upstream has so many requests. */
async function received(count: number): Promise<void> {
  await waitUntil(() => upstream.requests.length >= count);
}
/** Waits until this many requests are in flight; the request for the metrics is one more. */
async function inFlight(count: number): Promise<void> {
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  await waitUntil(async () => (await metrics()).includes(`instagram_captions_requests_in_flight ${count + 1}\n`));
}
const last = () => upstream.requests.at(-1)?.body.messages.at(-1)?.content;

describe('The turn that a call takes', () => {
  test('is that of the caller, and for items of batches that of all batches together', async () => {
    const turns: (string | undefined)[] = [];
    const models = failingModels(new ModelError('rejected', 'as scripted'));
    const observed: Models = {
      ...models,
      chat: (selection, request, options) => {
        turns.push(options.fairnessKey ?? options.caller.id);
        return models.chat(selection, request, options);
      },
    };
    const { dependencies, close } = await startService({}, { models: () => observed });
    const caller = testCaller({ id: 'key:of-the-caller' });
    const { signal } = new AbortController();
    await expect(dependencies.queries.answer({ query: 'Hello' }, { caller, signal })).rejects.toMatchObject({ code: 'model_failed' });
    const item = { index: 0, request: { kind: 'query', query: 'Hello' }, result: null } as const;
    const { outcome } = await runItem(createItemRunners(dependencies.captions, dependencies.queries), item, {
      caller,
      signal,
      budgets: dependencies.usage.budgets,
    });
    expect(outcome).toMatchObject({ state: 'pending', result: { code: 'model_failed' } });
    expect(turns).toEqual(['key:of-the-caller', 'batches']);
    await close();
  });
});

describe('A model whose slots one caller has taken', () => {
  test('gives its next free slot to another caller, and then the others to the queue of the first', async () => {
    const busy = Array.from({ length: slots + 40 }, (_, call) => chat(`busy ${call}`, 'user-key'));
    await received(slots);
    const late = query('late', 'developer-key');
    await inFlight(slots + 41);
    held[0]?.();
    await received(slots + 1);
    expect(last()).toBe('late');
    held[1]?.();
    await received(slots + 2);
    expect(last()).toMatch(/^busy/);
    const draining = setInterval(() => held.splice(0).forEach((end) => void end()), 5);
    expect((await late).status).toBe(200);
    expect(new Set((await Promise.all(busy)).map(({ status }) => status))).toEqual(new Set([200]));
    clearInterval(draining);
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain(`instagram_captions_model_wait_seconds_count{model="openai"} ${slots + 41}\n`);
    expect(metrics).toContain(`instagram_captions_model_wait_seconds_count{model="openai"} ${slots + 41}\n`);
  });

  test('returns 503 with Retry-After to the caller whose queue is full, in the format of each API, and not to another caller', async () => {
    const leaving = new AbortController();
    const busy = Array.from({ length: slots + queue }, (_, call) =>
      chat(`busy ${call}`, 'user-key', leaving.signal).catch(() => undefined),
    );
    await received(slots);
    await inFlight(slots + queue);
    const rejected = query('one too many', 'user-key');
    const compatible = chat('one too many', 'user-key');
    const other = query('another', 'developer-key');
    const [problem, error] = [await rejected, await compatible];
    expect([problem.status, problem.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await problem.json()).toMatchObject({ code: 'unavailable' });
    expect([error.status, error.headers.get('Retry-After')]).toEqual([503, '5']);
    expect(await error.json()).toMatchObject({ error: { type: 'server_error', code: 'unavailable' } });
    leaving.abort();
    await Promise.all(busy);
    const draining = setInterval(() => held.splice(0).forEach((end) => void end()), 5);
    expect((await other).status).toBe(200);
    clearInterval(draining);
  });
});
