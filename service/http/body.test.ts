import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { maxBodyBytes, maxModelBodyBytes } from '../../contract/body-limits.ts';
import { startService, type TestService } from '../testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';

let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('yes'));
  const model = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
  service = await startService({ TEXT_MODELS: JSON.stringify([model]), MAX_MODEL_BODY_BYTES: String(4 * maxBodyBytes) });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const image = (bytes: number) => ({ type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(bytes)}` } });
const chat = (content: unknown, url = service.url) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'fake', messages: [{ role: 'user', content }] }),
  });

describe('The body of a conversation', () => {
  test('may hold an image that is larger than other bodies, and the model gets it', async () => {
    const before = upstream.requests.length;
    const content = [image(3 * maxBodyBytes)];
    expect((await chat(content)).status).toBe(200);
    expect(upstream.requests[before]?.body.messages[0]?.content).toEqual(content);
  });

  test('above the limit of the settings returns 413 in the format of OpenAI', async () => {
    const response = await chat([image(4 * maxBodyBytes)]);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      error: { code: 'payload_too_large', message: `The body may have at most ${4 * maxBodyBytes} bytes.` },
    });
  });

  test('waits for memory: while large ones are in flight, another large one gets 503, a small one an answer', async () => {
    const release = Promise.withResolvers<void>();
    upstream.setBehaviours(async (request, response) => {
      await release.promise;
      await respondsWithText('yes')(request, response);
    });
    const large = await startService({
      TEXT_MODELS: JSON.stringify([{ provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' }]),
    });
    try {
      const before = upstream.requests.length;
      const sent = Array.from({ length: 5 }, () => chat([image(maxModelBodyBytes - 1000)], large.url));
      // Before the release only the request without memory gets a response: any of the five.
      expect(await Promise.race(sent)).toMatchObject({ status: 503 });
      const small = chat('small', large.url);
      release.resolve();
      expect((await small).status).toBe(200);
      const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
      expect(statuses).toEqual([200, 200, 200, 200, 503]);
      expect(upstream.requests.length).toBe(before + 5);
    } finally {
      await large.close();
    }
  });
});
