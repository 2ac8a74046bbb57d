import { describe, expect, test } from '@jest/globals';
import { welcome } from './welcome.ts';

const service = { url: 'http://localhost:8080', ports: { http: 8080, graphql: 8001, metrics: undefined } };
const admin = { username: 'admin', password: 'a-random-password', key: 'the-first-key' };

describe('What a person reads at the start', () => {
  test('names each address', () => {
    const text = welcome(service, undefined, false);
    for (const address of [':8080\n', ':8080/v1\n', ':8080/api/v1/docs\n', ':8001/graphql\n'])
      expect(text).toContain(`http://localhost${address}`);
  });

  test('shows the first administrator once: name, password, key, and a call with that key', () => {
    const text = welcome(service, admin, false);
    expect(text).toMatch(/User name +admin\n +Password +a-random-password\n +API key +the-first-key\n/);
    expect(text).toContain('Bearer the-first-key');
    expect(welcome(service, undefined, false)).toContain('Bearer YOUR_API_KEY');
  });

  test('does not repeat a password that the operator chose', () => {
    const text = welcome(service, admin, true);
    expect(text).not.toContain(admin.password);
    expect(text).toContain('FIRST_ADMIN_PASSWORD');
  });
});
