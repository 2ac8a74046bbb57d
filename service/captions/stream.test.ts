import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { generate, startService, type TestService } from '../testing/service.ts';
import { neverResponds, respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { memoryUsage } from '../testing/usage.ts';
import { waitUntil } from '../testing/wait-until.ts';
import { generateResponse } from './schema.ts';

let upstream: Upstream;
let service: TestService;
const usage = memoryUsage();
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('{}'));
  const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 } };
  service = await startService({ TEXT_MODELS: JSON.stringify([fake, { provider: 'offline', id: 'offline' }]) }, { usageStore: usage });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const captions = ['A dog at dusk', 'Sand on four paws', 'Golden hour, good dog'];
const written = JSON.stringify({ captions, hashtags: ['#dog'], language: 'en' });
const slowly = (text = written) => respondsWithText(text, { pieceMs: 40 });
const form = { style: 'casual', audience: 'general' } as const;
const bodyOf = (content_description: string, client_id = 'test') => ({ ...form, content_description, client_id });
async function eventsOf(body: ReturnType<typeof bodyOf>) {
  const events = [];
  for await (const event of createClient({ baseUrl: service.url, credential: 'user-key' }).events('generate', { body })) events.push(event);
  return events;
}
const billedTo = async (clientId: string) => {
  await service.dependencies.usage.metering.flushed();
  return usage.rows().filter(({ client_id }) => client_id === clientId);
};

describe('Captions in events', () => {
  test('arrive one by one as the model completes them, then as a whole, and are billed', async () => {
    upstream.setBehaviours(slowly());
    const [start, ...rest] = await eventsOf(bodyOf('one by one', 'whole'));
    const done = rest.at(-1);
    if (start?.event !== 'start' || done?.event !== 'done') throw new Error('no start or no end');
    expect(start.data).toEqual({ id: done.data.id, model: 'fake' });
    expect(rest.slice(0, -1).map(({ data }) => data)).toEqual(captions.map((caption, index) => ({ index, caption })));
    expect(generateResponse.strict().parse(done.data)).toMatchObject({
      caption: captions[0],
      alternatives: captions.slice(1),
      cached: false,
    });
    expect(await billedTo('whole')).toMatchObject([{ operation: 'generate', cost_micros: 25, cached: false }]);
  });

  test('are sent while the model still writes', async () => {
    upstream.setBehaviours(respondsWithText(written, { pieceMs: 40, cut: { after: 8, how: 'silence' } }));
    const leaving = new AbortController();
    const response = await generate(service, { ...bodyOf('still writing'), stream: true }, 'user-key', { signal: leaving.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('event: caption')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain(`"caption":"${captions[0]}"`);
    leaving.abort();
    expect(await upstream.requests.at(-1)?.ended).toBe('closed');
  });

  test('share the cache with plain responses and have the same events from it', async () => {
    upstream.setBehaviours(slowly());
    const before = upstream.requests.length;
    const first = await eventsOf(bodyOf('twice'));
    const plain = generateResponse.parse(await (await generate(service, bodyOf('twice'))).json());
    expect(plain).toMatchObject({ caption: captions[0], cached: true });
    const again = await eventsOf(bodyOf('twice', 'again'));
    expect(again.map(({ event }) => event)).toEqual(first.map(({ event }) => event));
    expect(again.at(-1)).toMatchObject({ data: { cached: true } });
    expect(upstream.requests.length).toBe(before + 1);
    expect(await billedTo('again')).toMatchObject([{ cost_micros: 0, cached: true }]);
  });

  test('requested by many callers at once are written once, streamed or not, even if one of them leaves', async () => {
    upstream.setBehaviours(slowly());
    const before = upstream.requests.length;
    const leaving = new AbortController();
    const left = generate(service, { ...bodyOf('at once'), stream: true }, 'user-key', { signal: leaving.signal }).then(() =>
      leaving.abort(),
    );
    await waitUntil(() => upstream.requests.length > before);
    const answers = await Promise.all([eventsOf(bodyOf('at once')), generate(service, bodyOf('at once')), left]);
    expect(answers[0].at(-1)).toMatchObject({ event: 'done', data: { caption: captions[0] } });
    expect(generateResponse.parse(await answers[1].json()).caption).toBe(captions[0]);
    expect(upstream.requests.length).toBe(before + 1);
  });

  test('are also requested by the Accept header', async () => {
    upstream.setBehaviours(respondsWithText(written));
    const headers = { Authorization: 'Bearer user-key', 'Content-Type': 'application/json', Accept: 'text/event-stream' };
    const response = await generate(service, bodyOf('by header'), 'user-key', { headers });
    expect(response.headers.get('Content-Type')).toContain('text/event-stream');
    expect(await response.text()).toMatch(/^event: start\n/);
  });

  test('end with the problem if the stream of the model breaks off, are billed for the part sent, and are not cached', async () => {
    upstream.setBehaviours(respondsWithText(written, { cut: { after: 9, how: 'reset' } }), respondsWithText(written));
    await expect(eventsOf(bodyOf('cut', 'cut'))).rejects.toMatchObject({ code: 'model_failed' });
    expect((await billedTo('cut'))[0]?.completion_tokens).toBeGreaterThan(0);
    expect(generateResponse.parse(await (await generate(service, bodyOf('cut'))).json()).cached).toBe(false);
  });

  test('are written by the model that was named', async () => {
    const events = await eventsOf({ ...bodyOf('by name'), ...{ model: 'offline' } });
    expect(events[0]).toMatchObject({ event: 'start', data: { model: 'offline' } });
  });
});

describe('A plain request for captions', () => {
  test('ends the work of the model once its only caller has left', async () => {
    upstream.setBehaviours(neverResponds);
    const before = upstream.requests.length;
    const leaving = new AbortController();
    const response = generate(service, bodyOf('abandoned'), 'user-key', { signal: leaving.signal }).catch(() => 'left');
    await waitUntil(() => upstream.requests.length > before);
    leaving.abort();
    expect(await response).toBe('left');
    expect(await upstream.requests.at(-1)?.ended).toBe('closed');
  });
});
