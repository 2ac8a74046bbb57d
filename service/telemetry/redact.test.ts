import { describe, expect, test } from '@jest/globals';
import { mayContainSecret, redact } from '../../contract/redact.ts';

describe('redacting text', () => {
  test.each([
    ['postgresql://captions:s3cr3t@db:5432/x failed', 's3cr3t'],
    ['Authorization: Bearer abc.def-ghi', 'abc.def-ghi'],
    ['{"password":"hunter2","user":"ana"}', 'hunter2'],
    ['OPENAI_API_KEY=sk-abcdefghijkl used', 'sk-abcdefghijkl'],
    ["VALID_API_KEYS='k1,k2'", 'k1,k2'],
    ['token eyJhbGciOi.eyJzdWIi.c2ln', 'eyJhbGciOi'],
    ['SENTRY_DSN: https://key@host/1', 'key@host'],
    ['sent to https://key@host/1', 'key@'],
    ['Authorization: Digest username="ana", response="6629"', '6629'],
    ['Cookie: theme=dark; session=8f14e45f', '8f14e45f'],
    ['GET /bucket/file?X-Amz-Signature=9a0364&X-Amz-Expires=60', '9a0364'],
    ['{"password":"a \\"quoted hunter2"}', 'hunter2'],
    [JSON.stringify({ body: JSON.stringify({ password: 'a hunter2' }) }), 'hunter2'],
    ['VALID_API_KEYS=k1,hunter2', 'hunter2'],
    ["host=db password='a \\'quoted hunter2'", 'hunter2'],
    ['postgresql://ana:a/b@hunter2@db/x', 'hunter2'],
    ['Invalid URL: postgresql://ana:hunter2/x@db:5432/x', 'hunter2'],
    ['AccessKeyId=hunter2', 'hunter2'],
    ['https://store/x?sv=1&sig=hunter2', 'hunter2'],
    ['pwd: hunter2', 'hunter2'],
    ['gsk_abcdefghijklmnop used', 'gsk_abcdefgh'],
    ['AKIAABCDEFGHIJKLMNOP used', 'AKIAABCD'],
    ['Failing row contains (1, ana, $argon2id$hunter2).', 'hunter2'],
    ['Key (email)=(ana@example.org) already exists.', 'ana@'],
    [JSON.stringify('Incorrect key:\nsk-abcdefghijkl'), 'sk-abcdef'],
    [JSON.stringify('Headers:\r\nBearer abc.def-ghi'), 'abc.def-ghi'],
    [JSON.stringify('a\teyJhbGciOi.eyJzdWIi.c2ln'), 'eyJhbGciOi'],
  ])('hides the secret in %p', (text, secret) => {
    expect(redact(text)).not.toContain(secret);
  });

  test('hides a secret behind a name that is none', () => {
    expect(redact('level=info password=hunter2')).toBe('level=info password=•••');
    expect(redact('url: password=hunter2')).not.toContain('hunter2');
  });

  test('hides a row whose end is missing, and what follows one', () => {
    expect(redact('Failing row contains (1, ana, hunter2\nnext')).toBe('Failing row contains (•••)\nnext');
    expect(redact('Key (email)=(ana) already exists.')).toBe('Key (email)=(•••)');
  });

  test('may contain a secret: each address with credentials that it hides, of any length', () => {
    for (const [user, password] of [
      [1, 0],
      [200, 0],
      [0, 200],
      [200, 200],
    ]) {
      const text = `https://${'u'.repeat(user ?? 0)}${password ? `:${'p'.repeat(password)}` : ''}@db/x`;
      expect([redact(text), mayContainSecret(text)]).toEqual(['https://•••@db/x', true]);
    }
  });

  test('keeps text without secrets, such as host names of databases', () => {
    for (const text of ['connect ECONNREFUSED postgres:5432, user ana, 3 restarts', 'GET https://example.org/@ana/1', 'a signal; task=1'])
      expect(redact(text)).toBe(text);
    expect(redact('postgresql://u:p@db:5432/x')).toContain('@db:5432/x');
  });
});
