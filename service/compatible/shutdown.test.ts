import { afterEach, expect, test } from '@jest/globals';
import { stopping } from '../http/timeout.ts';
import { startService, type TestService } from '../testing/service.ts';
import { type Behaviour, neverResponds, startUpstream, type Upstream } from '../testing/upstream.ts';
import { waitUntil } from '../testing/wait-until.ts';

let service: TestService;
let upstream: Upstream;
afterEach(async () => {
  await service.close();
  await upstream.close();
});

/** Sends one word and then nothing. */
const oneWord: Behaviour = (_request, response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: {"choices":[{"index":0,"delta":{"content":"first "},"finish_reason":null}]}\n\n');
};

const chat = (stream: boolean) =>
  fetch(`${service.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'fake', stream, messages: [{ role: 'user', content: 'Hello' }] }),
  });

async function start(behaviour: Behaviour): Promise<void> {
  upstream = await startUpstream(behaviour);
  service = await startService({ TEXT_MODELS: JSON.stringify([{ provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' }]) });
}

test('A process that stops ends a whole answer in flight with 503, so that the client tries another one', async () => {
  await start(neverResponds);
  const answer = chat(false);
  await waitUntil(() => upstream.requests.length === 1);
  service.dependencies.shutdown.abort(stopping());
  expect((await answer).status).toBe(503);
  expect((await answer).headers.get('Retry-After')).toBe('1');
  expect(await upstream.requests[0]?.ended).toBe('closed');
});

test('A process that stops ends a stream in flight with an error that the client can read', async () => {
  await start(oneWord);
  const response = await chat(true);
  service.dependencies.shutdown.abort(stopping());
  const text = await response.text();
  expect(text).toContain('"first "');
  expect(text).toMatch(/data: \{"error":\{"message":"The process is stopping\."[^\n]*\n\n$/);
  expect(await upstream.requests[0]?.ended).toBe('closed');
});
