import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { caseText, post, withModel } from '../testing/cases.ts';
import { respondsWithJson, respondsWithText } from '../testing/upstream.ts';

const request = (name: string): Readonly<Record<string, unknown>> =>
  z.record(z.string(), z.unknown()).parse(JSON.parse(caseText(`requests/${name}.json`)));
const answer = respondsWithText('Four words in all.');
const vector = respondsWithJson({
  object: 'list',
  model: 'e',
  data: [{ object: 'embedding', index: 0, embedding: [0.5, -0.5] }],
  usage: { prompt_tokens: 1, total_tokens: 1 },
});
const textOnly = { capabilities: ['captions', 'chat', 'streaming'] };
const [chatPath, embeddingsPath] = ['/v1/chat/completions', '/v1/embeddings'];
const errorBody = z.object({ error: z.object({ code: z.string(), param: z.string().nullable(), message: z.string(), type: z.string() }) });

describe('A request of an OpenAI client', () => {
  test.each([
    ['chat-assistant-content-null', ['user', 'assistant', 'user']],
    ['chat-assistant-content-empty-list', ['user', 'assistant', 'user']],
  ])('%s keeps every message of the conversation', async (name, roles) => {
    await withModel(
      [answer],
      async (url, { requests }) => {
        expect((await post(url, chatPath, request(name))).status).toBe(200);
        const sent = requests[0]?.body.messages ?? [];
        expect(sent.map(({ role }) => role)).toEqual(roles);
        expect(sent[1]).not.toMatchObject({ content: [] });
      },
      textOnly,
    );
  });

  test('with parts of another kind in its history reaches a model that reads texts only', async () => {
    const content = [
      { type: 'thinking', thinking: 'Which word?' },
      { type: 'text', text: 'b' },
    ];
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content },
      { role: 'user', content: 'c' },
    ];
    await withModel(
      [answer],
      async (url, { requests }) => {
        expect((await post(url, chatPath, { model: 'm', messages })).status).toBe(200);
        expect(requests[0]?.body.messages).toEqual(messages);
      },
      textOnly,
    );
  });

  test.each([
    ['chat-tools', ['tools', 'tool_choice']],
    ['chat-json-schema', ['response_format']],
    ['chat-vision', ['messages']],
    ['chat-max-tokens-4000', ['max_tokens']],
  ])('%s reaches a model that supports it unchanged', async (name, fields) => {
    await withModel([answer], async (url, { requests }) => {
      const body = request(name);
      expect((await post(url, chatPath, body)).status).toBe(200);
      for (const field of fields) expect(requests[0]?.body[field]).toEqual(body[field]);
    });
  });

  test.each([
    ['chat-tools', 'tools'],
    ['chat-json-schema', 'response_format'],
    ['chat-vision', 'messages'],
  ])('%s gets an error that names %s if the model does not support it', async (name, field) => {
    await withModel(
      [answer],
      async (url, { requests }) => {
        const response = await post(url, chatPath, request(name));
        expect(response.status).toBe(400);
        const { error } = errorBody.parse(await response.json());
        expect(error).toMatchObject({ type: 'invalid_request_error', param: expect.stringContaining(field) });
        expect(requests).toEqual([]);
      },
      textOnly,
    );
  });

  test('responses returns the text of the model', async () => {
    await withModel([answer], async (url) => {
      const response = await post(url, '/v1/responses', request('responses'));
      expect(response.status).toBe(200);
      const output = [{ type: 'message', content: [{ type: 'output_text', text: 'Four words in all.' }] }];
      expect(await response.json()).toMatchObject({ object: 'response', status: 'completed', output });
    });
  });

  test('embeddings returns the vector of the model', async () => {
    await withModel([vector], async (url) => {
      const response = await post(url, embeddingsPath, request('embeddings'));
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        object: 'list',
        data: [{ index: 0, embedding: [0.5, -0.5] }],
        usage: { prompt_tokens: 1 },
      });
    });
  });

  test('embeddings gets a clear error from a model without vectors', async () => {
    await withModel(
      [vector],
      async (url) => {
        const response = await post(url, embeddingsPath, request('embeddings'));
        expect(response.status).toBe(400);
        expect(errorBody.parse(await response.json()).error.type).toBe('invalid_request_error');
      },
      textOnly,
    );
  });

  test('chat-unknown-model gets 404 with the code model_not_found', async () => {
    await withModel([answer], async (url) => {
      const response = await post(url, chatPath, request('chat-unknown-model'));
      expect(response.status).toBe(404);
      expect(errorBody.parse(await response.json()).error).toMatchObject({ code: 'model_not_found', param: 'model' });
    });
  });
});
