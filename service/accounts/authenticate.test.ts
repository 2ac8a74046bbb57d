import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, jest, test } from '@jest/globals';
import type { Caller } from '../http/caller.ts';
import { Problem } from '../http/problem.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { testCaller } from '../testing/usage-events.ts';
import { createAuthenticate } from './authenticate.ts';
import { generateKey, hashKey, type KeyStore } from './key-hashing.ts';

const quota = { requests: 1000, windowSeconds: 3600 };
const known = testCaller({ id: 'known', permissions: ['Write'], quota });

/** A store that can be down, and counts lookups. */
function storeOf(row: Caller | undefined = known) {
  const store: KeyStore & { lookups: number; away: boolean; row: Caller | undefined } = {
    lookups: 0,
    away: false,
    row,
    find: async (keyHash) => {
      store.lookups += 1;
      if (store.away) throw new Error('connection refused');
      return keyHash === hashKey('known-key') ? store.row : undefined;
    },
  };
  return store;
}
const authenticating = (store: KeyStore, keys: string[], metrics: Metrics, ttl = 15_000) =>
  createAuthenticate({
    find: { key: store.find, token: async () => undefined, session: async () => undefined },
    configured: { keys, quota },
    onKeyUsed: () => {},
    metrics,
    ttl,
  }).authenticate.bearer;
/** TTL of a cached key, in milliseconds, and a longer wait. */
const believed = 1;
const later = () => sleep(10);

describe('Authentication', () => {
  test('looks a key up once if several requests use it at the same time', async () => {
    const store = storeOf();
    const authenticate = authenticating(store, [], createMetrics());
    const found = await Promise.all(Array.from({ length: 20 }, () => authenticate('known-key')));
    expect(new Set(found)).toEqual(new Set([known]));
    expect(store.lookups).toBe(1);
  });

  test('accepts a configured key without the store, and no key that only starts with one', async () => {
    const store = storeOf();
    const authenticate = authenticating(store, ['configured-key-0001'], createMetrics());
    expect((await authenticate('configured-key-0001'))?.id).toMatch(/^key:configured-/);
    expect(store.lookups).toBe(0);
    expect(await authenticate('configured-key-000')).toBeUndefined();
  });

  test('counts rejected credentials by kind and reason', async () => {
    const metrics = createMetrics();
    const store = storeOf({ ...known, expiresAt: 0 });
    const authenticate = authenticating(store, ['configured-key-0001'], metrics);
    for (const key of ['known-key', 'unknown-key', 'unknown-key', 'configured-key-0001', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'])
      await authenticate(key);
    expect((await metrics.render()).match(/(?<=credentials_rejected_total)\{.*/g)?.sort()).toEqual([
      '{credential="key",reason="expired"} 1',
      '{credential="key",reason="unknown"} 2',
      '{credential="session",reason="expired"} 0',
      '{credential="session",reason="unknown"} 0',
      '{credential="token",reason="expired"} 0',
      '{credential="token",reason="unknown"} 1',
    ]);
  });

  test('rejects a key once it has expired, even if it is cached', async () => {
    const expiresAt = Date.now() + 500;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(expiresAt - 1);
    const store = storeOf({ ...known, expiresAt });
    const authenticate = authenticating(store, [], createMetrics());
    expect(await authenticate('known-key')).toBeDefined();
    clock.mockReturnValue(expiresAt);
    expect(await authenticate('known-key')).toBeUndefined();
    expect(store.lookups).toBe(1);
    clock.mockRestore();
  });

  test('forgets a key that was revoked', async () => {
    const store = storeOf();
    const authenticate = authenticating(store, [], createMetrics(), believed);
    expect(await authenticate('known-key')).toBeDefined();
    store.row = undefined;
    await later();
    expect(await authenticate('known-key')).toBeUndefined();
  });

  test('accepts cached keys while the store is down, and returns 503 for unknown ones', async () => {
    const store = storeOf();
    const metrics = createMetrics();
    const authenticate = authenticating(store, [], metrics, believed);
    await authenticate('known-key');
    store.away = true;
    await later();
    expect(await authenticate('known-key')).toEqual(known);
    await later();
    expect(await authenticate('known-key')).toEqual(known);
    expect(await metrics.render()).toContain('fallbacks_total{dependency="database",operation="authenticate"} 2');
    const rejection = await authenticate('never-seen').catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(Problem);
    expect(rejection).toMatchObject({ code: 'unavailable', headers: { 'Retry-After': '2' } });
    store.away = false;
    store.row = undefined;
    await later();
    expect(await authenticate('known-key')).toBeUndefined();
  });

  test('believes nothing that was looked up while a change came', async () => {
    const store = storeOf();
    const { promise: lookup, resolve: answer } = Promise.withResolvers<Caller | undefined>();
    const {
      authenticate: { bearer: authenticate },
      forget,
    } = createAuthenticate({
      find: {
        key: (hash) => (store.lookups === 0 ? store.find(hash).then(() => lookup) : store.find(hash)),
        token: async () => undefined,
        session: async () => undefined,
      },
      configured: { keys: [], quota },
      onKeyUsed: () => {},
      metrics: createMetrics(),
    });
    const first = authenticate('known-key');
    store.row = undefined;
    forget('keyId:some-key');
    answer(known);
    expect(await first).toEqual(known);
    await later();
    expect(await authenticate('known-key')).toBeUndefined();
  });

  test('looks every key up again after missed invalidations, and accepts cached ones while the store is down', async () => {
    const store = storeOf();
    const {
      authenticate: { bearer: authenticate },
      forget,
    } = createAuthenticate({
      find: { key: store.find, token: async () => undefined, session: async () => undefined },
      configured: { keys: [], quota },
      onKeyUsed: () => {},
      metrics: createMetrics(),
    });
    await authenticate('known-key');
    forget(undefined);
    await later();
    store.away = true;
    expect(await authenticate('known-key')).toEqual(known);
    forget(undefined);
    await later();
    store.away = false;
    store.row = undefined;
    expect(await authenticate('known-key')).toBeUndefined();
  });

  test('makes keys of 32 random bytes, URL-safe', () => {
    expect(Buffer.from(generateKey(), 'base64url')).toHaveLength(32);
    expect(generateKey()).not.toBe(generateKey());
  });
});
