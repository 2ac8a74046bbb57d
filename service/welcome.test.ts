import { describe, expect, test } from '@jest/globals';
import { firstAdminText, welcome } from './welcome.ts';

const service = { url: 'http://localhost:8080', ports: { http: 8080, graphql: 8001, metrics: undefined } };
const admin = { username: 'admin', password: 'a-random-password', key: 'the-first-key' };

describe('What a person reads at the start', () => {
  test('names each address', () => {
    const text = welcome(service, undefined);
    for (const address of [':8080\n', ':8080/v1\n', ':8080/api/v1/docs\n', ':8001/graphql\n'])
      expect(text).toContain(`http://localhost${address}`);
  });

  test('shows the name, password and key of the first administrator', () => {
    expect(firstAdminText(admin, false)).toMatch(/User name +admin\n +Password +a-random-password\n +API key +the-first-key\n/);
  });

  test('shows a call with the key of the first administrator, or with a placeholder at later starts', () => {
    expect(welcome(service, admin.key)).toContain('Bearer the-first-key');
    expect(welcome(service, undefined)).toContain('Bearer YOUR_API_KEY');
  });

  test('does not repeat a password that the operator chose', () => {
    const text = firstAdminText(admin, true);
    expect(text).not.toContain(admin.password);
    expect(text).toContain('FIRST_ADMIN_PASSWORD');
  });
});
