import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { g0, generate } from '../../service/testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../../service/testing/upstream.ts';
import { createReplicas, type Replica, statuses } from './replicas.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
const replicas = createReplicas(given);
const withServers = given === undefined ? describe.skip : describe;
const withOwnServers = given?.own === undefined ? describe.skip : describe;
const key = 'key-of-the-tests-0001';
const reply = '{"captions": ["A dog at the sea"], "hashtags": []}';
let upstream: Upstream;

beforeAll(async () => {
  if (given !== undefined) await replicas.migrate();
});
beforeEach(async () => {
  upstream = await startUpstream(respondsWithText(reply, { delayMs: 500 }));
});
afterEach(async () => {
  await replicas.end();
  await upstream.close();
});
afterAll(() => given?.end());

const start = () => replicas.start({ VALID_API_KEYS: key, OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'none' });
const headers = (idempotencyKey: string) => ({
  Authorization: `Bearer ${key}`,
  'Content-Type': 'application/json',
  'Idempotency-Key': idempotencyKey,
});
/** A request that is not cached. */
const fresh = () => ({ ...g0, content_description: `A kite over the harbour ${randomUUID()}` });

withServers('two replicas on one PostgreSQL', () => {
  test('run 50 concurrent requests with one key once, and return the same bytes to all', async () => {
    const both = await start();
    const [id, body] = [randomUUID(), fresh()];
    const send = (replica: Replica) => generate(replica, body, key, { headers: headers(id) });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => send(index % 2 === 0 ? both[0] : both[1])));
    expect(statuses(answers)).toEqual({ 200: 50 });
    expect(answers.filter((answer) => answer.headers.get('Idempotency-Replayed') === 'true')).toHaveLength(49);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
    expect(upstream.requests).toHaveLength(1);
  });

  test('respond to a retry after the replica that ran the request was killed', async () => {
    const [one, two] = await start();
    const [id, body] = [randomUUID(), fresh()];
    upstream.setBehaviours(respondsWithText(reply, { delayMs: 60_000 }), respondsWithText(reply));
    const first = generate(one, body, key, { headers: headers(id) }).catch(() => 'cut');
    while (upstream.requests.length === 0) await sleep(20);
    one.process.signal('SIGKILL');
    expect(await first).toBe('cut');
    const retry = await generate(two, body, key, { headers: headers(id) });
    expect([retry.status, retry.headers.get('Idempotency-Replayed')]).toEqual([200, null]);
    expect(await retry.json()).toMatchObject({ caption: 'A dog at the sea' });
    expect(upstream.requests).toHaveLength(2);
  });
});

withOwnServers('PostgreSQL down', () => {
  test('rejects requests with a key with 503, runs nothing, and accepts them again after recovery', async () => {
    const [one] = await start();
    const [id, body] = [randomUUID(), fresh()];
    const send = () => generate(one, body, key, { headers: headers(id) });
    await given?.own?.postgres.stop();
    const rejected = await send();
    expect([rejected.status, rejected.headers.get('Retry-After'), upstream.requests.length]).toEqual([503, '2', 0]);
    await given?.own?.postgres.start();
    let again = await send();
    // Like a client: the first responses after the outage can still be 503.
    for (; again.status === 503; again = await send()) await sleep(Number(again.headers.get('Retry-After')) * 1000);
    expect([again.status, upstream.requests.length]).toEqual([200, 1]);
  });
});
