import { describe, expect, test } from '@jest/globals';
import { firstAdminText, welcome } from './welcome.ts';

const service = { url: 'http://localhost:8080', ports: { http: 8080, graphql: 8001, metrics: undefined } };
const offline = { id: 'offline', provider: 'offline' } as const;
const admin = { username: 'admin', password: 'a-random-password', key: 'the-first-key' };

describe('What a person reads at the start', () => {
  test('names each address', () => {
    const text = welcome(service, [offline], undefined);
    for (const address of [':8080\n', ':8080/\n', ':8080/v1\n', ':8080/api/v1/docs\n', ':8001/graphql\n'])
      expect(text).toContain(`http://localhost${address}`);
  });

  test('shows the name, password and key of the first administrator', () => {
    expect(firstAdminText(admin, false)).toMatch(/User name +admin\n +Password +a-random-password\n +API key +the-first-key\n/);
  });

  test('shows a call with the key of the first administrator, or with a placeholder at later starts', () => {
    expect(welcome(service, [offline], admin.key)).toContain('Bearer the-first-key');
    expect(welcome(service, [offline], undefined)).toContain('Bearer YOUR_API_KEY');
  });

  test('links to the page with the key of the first administrator in the fragment', () => {
    expect(welcome(service, [offline], admin.key)).toContain('http://localhost:8080/#key=the-first-key\n');
    expect(welcome(service, [offline], undefined)).not.toContain('#key=');
  });

  test('says that no language model is connected if only the offline model answers, otherwise names the models', () => {
    expect(welcome(service, [offline], undefined)).toContain('No language model is connected: captions come from the offline model.');
    const local = { id: 'local', provider: 'openai', model: 'qwen3' } as const;
    const text = welcome(service, [{ id: 'main', provider: 'anthropic', name: 'Claude' }, local, offline], undefined);
    expect(text).toContain('Connected language models: Claude, qwen3\n');
    expect(text).not.toContain('No language model');
  });

  test('does not repeat a password that the operator chose', () => {
    const text = firstAdminText(admin, true);
    expect(text).not.toContain(admin.password);
    expect(text).toContain('FIRST_ADMIN_PASSWORD');
  });
});
