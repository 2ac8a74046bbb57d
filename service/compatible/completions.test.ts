import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { endpoints } from '../../contract/endpoints/index.ts';
import { parseEvents } from '../client/event-stream.ts';
import { openAiErrorResponse } from '../http/problem-schemas.ts';
import { startService, type TestService } from '../testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { completionsShapes } from './completions-schema.ts';

const { schema, chunk } = completionsShapes.completions.answer;
let upstream: Upstream;
let service: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('Four words in all.'));
  const text = { provider: 'openai', id: 'fake', base_url: upstream.url, api_key: 'k' };
  service = await startService({ TEXT_MODELS: JSON.stringify([text]) });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

const post = (body: object) =>
  fetch(`${service.url}${endpoints.completions.path}`, {
    method: 'POST',
    headers: { Authorization: 'Bearer user-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'fake', prompt: 'hello', ...body }),
  });

describe('A completion of a prompt', () => {
  test.each(['hello', ['hello']])('is the answer of a chat with %j as its only message', async (prompt) => {
    const before = upstream.requests.length;
    const answer = schema
      .strict()
      .parse(await (await post({ prompt, max_tokens: 9, stop: 'END', seed: 1, echo: false, best_of: 1 })).json());
    expect(answer).toMatchObject({ id: expect.stringMatching(/^cmpl-/), model: 'fake', usage: { total_tokens: 18 } });
    expect(answer.choices).toEqual([{ index: 0, text: 'Four words in all.', finish_reason: 'stop', logprobs: null }]);
    const messages = [{ role: 'user', content: 'hello' }];
    expect(upstream.requests[before]?.body).toEqual({ model: 'fake', messages, max_tokens: 9, stop: ['END'], seed: 1 });
  });

  test('is streamed in chunks that end with [DONE]', async () => {
    const answer = await post({ stream: true, stream_options: { include_usage: true } });
    const data = (await Array.fromAsync(parseEvents(answer.body ?? new Blob([]).stream()))).map((event) => event.data);
    expect(data.at(-1)).toBe('[DONE]');
    const chunks = data.slice(0, -1).map((text) => chunk.strict().parse(JSON.parse(text)));
    expect(chunks.map(({ choices: [choice] }) => choice?.text ?? '').join('')).toBe('Four words in all.');
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage).toMatchObject({ total_tokens: 18 });
  });

  test.each<[string, object]>([
    ['suffix', { suffix: 'after' }],
    ['echo', { echo: true }],
    ['best_of', { best_of: 2 }],
    ['logprobs', { logprobs: 1 }],
    ['prompt', { prompt: ['one', 'two'] }],
    ['prompt', { prompt: [1, 2] }],
    ['prompt', { prompt: '' }],
  ])('is rejected if it needs more than a chat: %s is named', async (param, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(openAiErrorResponse.strict().parse(await answer.json()).error).toMatchObject({ code: 'invalid_request', param });
  });
});
