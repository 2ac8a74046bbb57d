import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnService } from '../../service/testing/process.ts';
import { respondsWithText, startUpstream } from '../../service/testing/upstream.ts';
import { startServers } from './test-servers.ts';

const given = await startServers();
afterAll(() => given?.end());

(given === undefined ? describe.skip : describe)('An open stream', () => {
  const words = Array.from({ length: 25 }, (_, at) => `word${at} `).join('');

  test('completes after SIGTERM before the process exits', async () => {
    const upstream = await startUpstream(respondsWithText(words, { pieceMs: 200 }));
    const fake = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
    const service = spawnService({
      ROLE: 'all',
      DATABASE_URL: given?.databaseUrl ?? '',
      REDIS_URL: given?.redisUrl ?? '',
      VALID_API_KEYS: 'key-of-the-stream-test',
      TEXT_MODELS: JSON.stringify([fake]),
    });
    try {
      const response = await fetch(`${await service.url()}/v1/chat/completions`, {
        method: 'POST',
        headers: { Authorization: 'Bearer key-of-the-stream-test', 'Content-Type': 'application/json' },
        body: JSON.stringify({ model: 'auto', stream: true, messages: [{ role: 'user', content: 'Many words' }] }),
      });
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      let text = (await reader?.read())?.value ?? '';
      service.signal('SIGTERM');
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += part.value;
      expect(text).toContain('word24');
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
      expect((await service.exited).code).toBe(0);
    } finally {
      await service.end();
      await upstream.close();
    }
  });
});
