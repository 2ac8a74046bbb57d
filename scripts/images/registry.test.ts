import { describe, expect, test } from '@jest/globals';
import { createRepositoryClient } from './registry.ts';
import { startFakeRegistry } from './testing/fake-registry.ts';

const { signal } = new AbortController();
const tags = { '1.0.0': '2026-01-02T03:04:05Z', '1.1.0': null, '1.2.0': '2026-02-02T00:00:00Z', latest: '2026-02-02T00:00:00Z' };

describe('the client of a repository', () => {
  test('fetches one token for all requests, and follows the pages of the tag list', async () => {
    using registry = await startFakeRegistry({ 'a/b': tags });
    const client = createRepositoryClient(registry.host, 'a/b', signal);
    expect(await client.listTags()).toEqual(['1.0.0', '1.1.0', '1.2.0', 'latest']);
    await client.findImage('1.0.0');
    expect(registry.requests.filter((path) => path === '/token')).toHaveLength(1);
    expect(registry.requests.filter((path) => path === '/v2/a/b/tags/list')).toHaveLength(3);
  });

  test('returns the digest of the index and the build time of linux/amd64', async () => {
    using registry = await startFakeRegistry({ 'a/b': tags });
    expect(await createRepositoryClient(registry.host, 'a/b', signal).findImage('1.0.0')).toEqual({
      digest: registry.digestOf('a/b:1.0.0'),
      createdAt: new Date('2026-01-02T03:04:05Z'),
    });
  });

  test('returns no build time for a reproducible build, and undefined for an unknown tag', async () => {
    using registry = await startFakeRegistry({ 'a/b': tags });
    const client = createRepositoryClient(registry.host, 'a/b', signal);
    expect(await client.findImage('1.1.0')).toEqual({ digest: registry.digestOf('a/b:1.1.0'), createdAt: undefined });
    expect(await client.findImage('9.9.9')).toBeUndefined();
  });

  test('rejects content that does not have the digest of the registry', async () => {
    using registry = await startFakeRegistry({ 'a/b': tags }, { corrupt: true });
    await expect(createRepositoryClient(registry.host, 'a/b', signal).findImage('1.0.0')).rejects.toThrow('has the digest');
  });

  test('rejects a repository that does not exist', async () => {
    using registry = await startFakeRegistry({});
    await expect(createRepositoryClient(registry.host, 'a/b', signal).listTags()).rejects.toThrow('/v2/a/b does not exist');
  });
});
