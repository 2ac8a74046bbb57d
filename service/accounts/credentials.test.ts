import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import * as z from 'zod';
import { type EndpointName, endpointNames, endpointOf } from '../../contract/endpoints/index.ts';
import { createClient } from '../client/client.ts';
import { buildRequest } from '../client/request.ts';
import type { Shape } from '../http/shape.ts';
import { shapes } from '../shapes.ts';
import { testDatabase as db } from '../testing/database.ts';
import { sampleInput } from '../testing/samples.ts';
import { startService, type TestService } from '../testing/service.ts';
import { createTestKey } from '../testing/test-callers.ts';
import { createKeyStore } from './key-store.ts';
import { shownKey, user } from './schema.ts';

let service: TestService;
let administrator: string;
const clientOf = (credential: string) => createClient({ baseUrl: service.url, credential });
beforeAll(async () => {
  const plenty = { RATE_LIMIT_IP_REQUESTS: '100000', RATE_LIMIT_LOGIN_REQUESTS: '100000' };
  service = await startService(plenty, { keyStore: createKeyStore(db, { requests: 100_000, windowSeconds: 3600 }) });
  administrator = await createTestKey('Admin');
});
afterAll(async () => {
  await service.close();
  await db.destroy();
});

async function call(method: string, path: string, credential: string, body?: unknown, idempotencyKey?: string) {
  const response = await fetch(service.url + path, {
    method,
    headers: {
      Authorization: `Bearer ${credential}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
const newUser = async (role = 'User') =>
  user.parse(
    JSON.parse(
      (await call('POST', '/users', administrator, { username: `u-${randomUUID()}`, email: `${randomUUID()}@example.com`, role })).text,
    ),
  );

describe('A key that was created with an Idempotency-Key', () => {
  /** A new key of a user, made by an administrator: what is sent again, and the key. */
  async function created(more: object = {}) {
    const owner = await newUser();
    const [body, idempotencyKey] = [{ name: 'kept', user_id: owner.id, ...more }, randomUUID()];
    const again = () => call('POST', '/api/v1/keys', administrator, body, idempotencyKey);
    const first = await again();
    return { owner, again, first, key: shownKey.parse(JSON.parse(first.text)) };
  }

  test('is shown again while it is valid', async () => {
    const { again, first } = await created();
    const replay = await again();
    expect([replay.status, replay.headers.get('Idempotency-Replayed'), replay.text]).toEqual([201, 'true', first.text]);
    expect([first, replay].map(({ headers }) => headers.get('Cache-Control'))).toEqual(['no-store', 'no-store']);
  });

  const endings: Readonly<Record<string, (made: Awaited<ReturnType<typeof created>>) => Promise<unknown>>> = {
    'it was revoked': ({ key }) => call('DELETE', `/api/v1/keys/${key.id}`, administrator),
    'it was switched off': ({ key }) => call('PATCH', `/api/v1/keys/${key.id}`, administrator, { is_active: false }),
    'it was rotated, though it works for the overlap': ({ key }) =>
      call('POST', `/api/v1/keys/${key.id}/rotate`, administrator, { overlap_seconds: 3600 }),
    'it was rotated without an overlap': ({ key }) => call('POST', `/api/v1/keys/${key.id}/rotate`, administrator, { overlap_seconds: 0 }),
    'it expired': ({ key }) =>
      db
        .updateTable('api_keys')
        .set({ expires_at: sql<Date>`now() at time zone 'UTC' - interval '1 second'` })
        .where('id', '=', key.id)
        .execute(),
    'its owner was deactivated': ({ owner }) => call('PATCH', `/users/${owner.id}`, administrator, { is_active: false }),
    'its owner was deleted': ({ owner }) => call('DELETE', `/users/${owner.id}`, administrator),
  };
  test.each(Object.keys(endings))('is not shown again after %s: 410 without the text', async (ending) => {
    const made = await created({ expires_at: '2099-01-01T00:00:00Z' });
    await endings[ending]?.(made);
    const replay = await made.again();
    expect([replay.status, JSON.parse(replay.text).code, replay.text.includes(made.key.key)]).toEqual([410, 'credential_gone', false]);
    expect(replay.headers.get('Cache-Control')).toBe('no-store');
  });

  test('is not shown again to a creator who was deleted, or who is no administrator any more', async () => {
    const [creator, owner] = [await newUser('Admin'), await newUser()];
    const credential = await createTestKey('Admin', { user_id: creator.id });
    const [body, idempotencyKey] = [{ name: 'for another user', user_id: owner.id }, randomUUID()];
    const again = () => call('POST', '/api/v1/keys', credential, body, idempotencyKey);
    const { key } = shownKey.parse(JSON.parse((await again()).text));
    await call('PATCH', `/users/${creator.id}`, administrator, { role: 'Developer' });
    const demoted = await again();
    expect([demoted.status, demoted.text.includes(key)]).toEqual([410, false]);
    await call('DELETE', `/users/${creator.id}`, administrator);
    expect((await again()).status).toBe(401);
  });

  test('is not shown again in the answer of its rotation either, once it was rotated again or revoked', async () => {
    const { key } = await created();
    const rotate = (idempotencyKey: string) =>
      call('POST', `/api/v1/keys/${key.id}/rotate`, administrator, { overlap_seconds: 3600 }, idempotencyKey);
    const [one, two] = [randomUUID(), randomUUID()];
    const rotated = await rotate(one);
    expect((await rotate(one)).text).toBe(rotated.text);
    const last = await rotate(two);
    expect((await rotate(one)).status).toBe(410);
    expect((await rotate(two)).text).toBe(last.text);
    await call('DELETE', `/api/v1/keys/${key.id}`, administrator);
    expect((await rotate(two)).status).toBe(410);
  });
});

describe('Answers with credentials', () => {
  const named: readonly EndpointName[] = endpointNames.filter((name) => endpointOf(name).credentials !== undefined);

  test.each(named)('of %s are stored in no cache', async (name) => {
    const client = clientOf(administrator);
    const base = endpointOf(name).port === 'graphql' ? service.graphqlUrl : service.url;
    const send = async (input: object) => {
      const { url, init } = buildRequest(base, endpointOf(name), input, { accept: '*/*', credential: administrator });
      return fetch(url, init);
    };
    const fine = await send(await sampleInput(name, { owner: client, admin: client }));
    const rejected = await send({ params: { id: randomUUID() }, body: 5 });
    expect([fine.ok, fine.headers.get('Cache-Control')]).toEqual([true, 'no-store']);
    expect([rejected.ok, rejected.headers.get('Cache-Control')]).toEqual([false, 'no-store']);
  });

  test('are those of every endpoint whose body or answer has a field for a password, a token or a key', () => {
    const secret = /^(?:key|.*password|.*_token)$/;
    const fieldsOf = (schema: unknown): string[] =>
      typeof schema !== 'object' || schema === null
        ? []
        : Object.entries(schema).flatMap(([name, inner]) => [
            ...(name === 'properties' ? Object.keys(Object(inner)) : []),
            ...fieldsOf(inner),
          ]);
    const has = (schema: z.ZodType, io: 'input' | 'output') =>
      fieldsOf(z.toJSONSchema(schema, { io, unrepresentable: 'any' })).some((field) => secret.test(field));
    for (const name of endpointNames) {
      const { body, answer }: Shape = shapes[name];
      const isShown = Object.values(answer.content).some((schema) => has(schema, 'output'));
      const expected = isShown ? 'returned' : has(body, 'input') ? 'accepted' : undefined;
      // GraphQL names the fields of its answers elsewhere.
      if (name !== 'graphql') expect([name, endpointOf(name).credentials]).toEqual([name, expected]);
    }
  });
});

describe('/users/me', () => {
  test('is the user of a key or a session, whose e-mail address may be changed and nothing else', async () => {
    const { id, username } = await newUser();
    const key = await createTestKey('User', { user_id: id });
    expect(await clientOf(key).call('readOwnUser')).toMatchObject({ id, username, role: 'User' });
    const email = `~${randomUUID()}@example.com`;
    expect(await clientOf(key).call('updateOwnUser', { body: { email } })).toMatchObject({ id, username, email });
    expect(await clientOf(key).call('readOwnUser')).toMatchObject({ email });
    for (const body of [{ role: 'Admin' }, { is_active: true }, { username: 'other' }, { email, role: 'Admin' }, {}])
      expect((await call('PATCH', '/users/me', key, body)).status).toBe(422);
    expect((await call('PATCH', '/users/me', administrator, { email })).status).toBe(409);
    const [entry] = (await clientOf(administrator).call('listAudit', { query: { limit: 1 } })).items;
    expect(entry).toMatchObject({ action: 'user.changed', object: `user:${id}`, details: { email: 'changed' } });
  });

  test('needs the permission to write for a change', async () => {
    const { id } = await newUser();
    const reader = await createTestKey('User', { user_id: id, permissions: ['Read', 'API_Access'] });
    expect((await call('GET', '/users/me', reader)).status).toBe(200);
    expect((await call('PATCH', '/users/me', reader, { email: `${randomUUID()}@example.com` })).status).toBe(403);
  });

  test('is 403 for a key without a user, and says why', async () => {
    const ownerless = await createTestKey('Admin', { user_id: null });
    for (const [method, body] of [['GET'], ['PATCH', { email: `${randomUUID()}@example.com` }]] as const) {
      const { status, text } = await call(method, '/users/me', ownerless, body);
      expect([status, JSON.parse(text)]).toMatchObject([403, { code: 'forbidden', detail: expect.stringContaining('belongs to no user') }]);
    }
  });
});

describe('A login that fails', () => {
  const post = (path: string, body: unknown) =>
    fetch(service.url + path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

  test.each([
    ['/auth/login', { username: 'unknown-user', password: 'wrong' }],
    ['/auth/refresh', { refresh_token: 'never-given' }],
  ])('at %s returns 401 with a challenge and does not require a header that the client cannot send', async (path, body) => {
    const response = await post(path, body);
    const text = await response.text();
    expect([response.status, JSON.parse(text).code, response.headers.get('WWW-Authenticate')]).toEqual([
      401,
      'login_failed',
      'Bearer realm="api"',
    ]);
    expect(text).not.toMatch(/Authorization|Bearer|API key/i);
  });
});
