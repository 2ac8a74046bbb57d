import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mayContainSecret, redact } from '../../contract/redact.ts';
import type { SecretSettingName } from '../../contract/settings.ts';
import { parseSettings } from '../settings.ts';
import { createRootLogger } from './log.ts';
import { lineRedactor } from './redact-lines.ts';
import { secretValues } from './secret-values.ts';

/** Each secret setting with a secret in it. */
const settingWith: Readonly<Record<SecretSettingName, (secret: string) => string>> = {
  DATABASE_URL: (secret) => `postgresql://ana:${encodeURIComponent(secret)}@db:5432/x`,
  DATABASE_REPLICA_URL: (secret) => `postgresql://ana@replica/x?password=${encodeURIComponent(secret)}`,
  REDIS_URL: (secret) => `redis+sentinel://ana:${encodeURIComponent(secret)}@a,b/master?sentinel_password=${encodeURIComponent(secret)}`,
  VALID_API_KEYS: (secret) => `${secret},${secret}2`,
  SECRET_KEY: (secret) => secret,
  FIRST_ADMIN_PASSWORD: (secret) => secret,
  JWT_SECRET_KEY: (secret) => secret,
  TEXT_MODELS: (secret) => JSON.stringify([{ provider: 'openai', id: 'gpt', api_key: secret }]),
  OPENAI_API_KEY: (secret) => secret,
  SENTRY_DSN: (secret) => `https://${secret}@sentry/1`,
  S3_ACCESS_KEY_ID: (secret) => secret,
  S3_SECRET_ACCESS_KEY: (secret) => secret,
  OTEL_EXPORTER_OTLP_HEADERS: (secret) => `x-team=${encodeURIComponent(secret)}`,
};
const names = Object.keys(settingWith).filter((name): name is SecretSettingName => name in settingWith);

/** 64 to 90 printable characters without a comma, which separates keys, or a space at an end, which settings lose. */
const secrets = fc.string({ unit: 'grapheme-ascii', minLength: 64, maxLength: 90 }).map((text) => `k${text.replaceAll(',', ';')}k`);

/** The key in the DSN of Sentry has letters and digits only. */
const keys = secrets.map((text) => text.replaceAll(/\W/g, 'w'));

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ a: secret }).toString().slice(2),
  inJson(secret),
  inJson(inJson(secret)),
];

/** What a line may carry a secret in. */
const carriers: Readonly<Record<string, (secret: string) => object>> = {
  'the message of an error': (secret) => ({ error: new Error(`the server rejected ${secret}`) }),
  'the cause of an error': (secret) => ({ error: new Error('failed', { cause: new Error(`Incorrect API key: ${secret}.`) }) }),
  'a field of an error': (secret) => ({ error: Object.assign(new Error('failed'), { options: { auth: [secret] } }) }),
  'a URL': (secret) => ({ target: `https://ana:${encodeURIComponent(secret)}@example.org/x?key=${encodeURIComponent(secret)}` }),
  'a nested object': (secret) => ({ request: { headers: [['x-key', secret]], [secret]: 1 } }),
  'JSON in text': (secret) => ({ body: JSON.stringify({ value: `(${secret})` }) }),
  'JSON in JSON in text': (secret) => ({ body: JSON.stringify({ value: JSON.stringify([secret]) }) }),
  'a form': (secret) => ({ body: new URLSearchParams({ value: secret }).toString() }),
};

const written = (texts: Readonly<Record<string, string>>, fields: object, message = 'failed') => {
  const lines: string[] = [];
  const parsed = parseSettings(texts);
  if ('violations' in parsed) throw new Error(parsed.violations.join());
  const redact = lineRedactor(secretValues(parsed.settings));
  createRootLogger('info', { redact }, { write: (line) => void lines.push(line) }).log.info(fields, message);
  const [line = ''] = lines;
  return { line, fields: JSON.parse(line) };
};
/** Every text in a JSON value, names of fields included. */
const textsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, field]) => [key, ...textsIn(field)]) : [String(value)];

describe('A log line', () => {
  test.each(names)('never contains the secret of %s', (name) => {
    fc.assert(
      fc.property(name === 'SENTRY_DSN' ? keys : secrets, fc.constantFrom(...Object.keys(carriers)), (secret, carrier) => {
        const { line, fields } = written({ [name]: settingWith[name](secret) }, carriers[carrier]?.(secret) ?? {}, `failed with ${secret}`);
        const text = textsIn(fields).join('\n');
        for (const form of formsOf(secret)) expect(text).not.toContain(form);
        expect([fields.level, line.endsWith('}\n')]).toEqual(['info', true]);
      }),
      { numRuns: 30 },
    );
  });

  test.each([
    ['a URL with credentials', { reason: 'cannot reach redis://:hunter2@cache:6379' }],
    ['an access token', { reason: 'rejected eyJhbGciOi.hunter2.c2ln' }],
    ['the header Authorization', { headers: { authorization: 'Bearer hunter2' } }],
    ['the header Cookie', { headers: { cookie: 'session=hunter2' } }],
    ['a list of headers', { reason: 'sent Authorization: Basic hunter2' }],
    ['a field with a secret name', { user: { password: 'hunter2', apiKeys: ['hunter2'] } }],
    ['an assignment', { reason: 'connect failed: host=db password=hunter2' }],
    ['an object with a secret name', { request: { cookies: { session: 'hunter2', more: [{ value: 'hunter2' }] } } }],
    ['a row of the database', { error: Object.assign(new Error('null value'), { detail: 'Failing row contains (1, ana, hunter2).' }) }],
    ['a password with a slash', { error: Object.assign(new Error('Invalid URL'), { input: 'postgres://ana:a/hunter2@db' }) }],
    ['the cause of the cause of an error', { error: new Error('a', { cause: new Error('b', { cause: new Error('pwd=hunter2') }) }) }],
    ['errors of an aggregate', { error: new AggregateError([new Error('password: hunter2')], 'all failed') }],
  ])('masks %s that is in no setting', (_, fields) => {
    expect(written({}, fields).line).not.toContain('hunter2');
  });

  test('that contains what is masked in a text is always parsed', () => {
    const parts = fc.constantFrom(
      ...['password', 'pwd', 'sig', 'access_key', 'dsn', '=', ':', '"', ' ', '://', 'a', '@', '/', 'sk-', 'gsk_', 'abcdefgh', 'eyJ.a.b'],
      ...['Bearer ', 'AKIA', 'ABCDEFGHIJKLMNOP', 'Key (a)=(', ')', 'Failing row contains (', 'Cookie', '\\', "'", '&'],
      ...['\n', '\t', '\u001b', '\ud800', ' '.repeat(9), 'Basic', 'hf_', 'jwt', 'x'.repeat(50), '\u0001'.repeat(100)],
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 12 }), (words) => {
        const text = words.join('');
        if (redact(text) !== text) expect(written({}, { text }, '').fields.text).not.toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    'Incorrect key:\nsk-abcdef0123456789',
    '\u001bsk-abcdef0123456789',
    'a\tghp_abcdef0123456789',
    'a\thf_abcdef0123456789',
    'x\nBearer abcdef0123456789',
    'Bearer\nabcdef0123456789',
    'config\npwd=abcdef0123456789',
    'x\nsig=abcdef0123456789',
    'password            = abcdef0123456789',
    `password${'_of_the_user'.repeat(5)}=abcdef0123456789`,
    `redis://ana:${'\u0001'.repeat(150)}abcdef0123456789@cache`,
  ])('masks the secret in %j', (text) => {
    expect(written({}, { text }).line).not.toContain('abcdef0123456789');
  });

  test('of a request is not parsed', () => {
    const fields = {
      request_id: 'r1',
      method: 'POST',
      url: '/api/v4/generate',
      client_ip: '10.0.0.1',
      status_code: 200,
      process_time: 0.01,
    };
    const user_agent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    expect(mayContainSecret(written({}, { ...fields, user_agent }, 'Request completed').line)).toBe(false);
  });

  test('is unchanged without a secret', () => {
    const fields = { url: '/api/v1/users/reset-password', user_agent: 'curl/8 (https://curl.se)', tokens: 12, cause: 'set DATABASE_URL' };
    expect(written({ SECRET_KEY: 'x'.repeat(32) }, fields).fields).toMatchObject(fields);
  });
});
