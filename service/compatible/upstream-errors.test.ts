import { describe, expect, test } from '@jest/globals';
import { chat, type Outcome, respondsWithBytes, respondsWithFile, withModel } from '../testing/cases.ts';
import { type Behaviour, respondsWithText } from '../testing/upstream.ts';

const question = { model: 'm', messages: [{ role: 'user', content: 'Say four words' }] };
const text = 'Four words in all.';
const rejects = (status: number, body: unknown, type?: string): Behaviour =>
  respondsWithBytes(typeof body === 'string' ? body : JSON.stringify(body), { status, ...(type === undefined ? {} : { type }) });
const rejectsOpenAi = (status: number, error: object) => rejects(status, { error });

type Expected = { readonly [F in keyof Outcome]?: unknown };
const tooLong: Expected = { status: 400, code: 'context_length_exceeded' };
/** The operator has to act: clients do not repeat the request. */
const forOperator: Expected = { status: 502, retry: 'false' };

describe('An error of the upstream', () => {
  test.each<[string, Behaviour, Expected, number]>([
    ['context_length_exceeded', respondsWithFile('upstream/context-length.400.json'), tooLong, 1],
    [
      'of vLLM about the context',
      rejects(400, {
        object: 'error',
        message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens",
        type: 'BadRequestError',
        param: null,
        code: 400,
      }),
      tooLong,
      1,
    ],
    [
      'of llama.cpp about the context',
      rejectsOpenAi(400, {
        code: 400,
        message: 'the request exceeds the available context size, try increasing it',
        type: 'exceed_context_size_error',
      }),
      tooLong,
      1,
    ],
    [
      'of Gemini about the context',
      rejects(400, [
        {
          error: {
            code: 400,
            message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
            status: 'INVALID_ARGUMENT',
          },
        },
      ]),
      tooLong,
      1,
    ],
    [
      'of Claude about the context',
      rejectsOpenAi(400, { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' }),
      tooLong,
      1,
    ],
    ['insufficient_quota', respondsWithFile('upstream/insufficient-quota.429.json'), { ...forOperator, code: 'model_quota_exhausted' }, 1],
    ['402', rejectsOpenAi(402, { message: 'Insufficient Balance' }), { ...forOperator, code: 'model_quota_exhausted' }, 1],
    [
      '401',
      rejectsOpenAi(401, { message: 'Incorrect API key provided', code: 'invalid_api_key' }),
      { ...forOperator, code: 'model_misconfigured' },
      1,
    ],
    ['403', rejectsOpenAi(403, { message: 'Country not supported' }), { ...forOperator, code: 'model_misconfigured' }, 1],
    [
      '404',
      rejectsOpenAi(404, { message: 'The model does not exist', code: 'model_not_found' }),
      { ...forOperator, code: 'model_misconfigured' },
      1,
    ],
    [
      'about a field',
      rejectsOpenAi(400, { message: 'Invalid value for seed', param: 'seed', code: 'invalid_value' }),
      { status: 400, code: 'invalid_value', message: 'Invalid value for seed' },
      1,
    ],
    ['as a text', rejects(400, { error: 'seed must be a number' }), { status: 400, message: 'seed must be a number' }, 1],
    [
      'without an object around it',
      rejects(400, { message: 'seed must be a number', type: 'invalid_request_error' }),
      { status: 400, message: 'seed must be a number' },
      1,
    ],
    [
      'as a list',
      rejects(400, [{ error: { code: 400, message: 'seed must be a number' } }]),
      { status: 400, message: 'seed must be a number' },
      1,
    ],
    [
      'of FastAPI',
      rejects(422, { detail: [{ loc: ['body', 'seed'], msg: 'Input should be a valid integer', type: 'int_type' }] }),
      { status: 400, message: expect.stringContaining('Input should be a valid integer') },
      1,
    ],
    ['of FastAPI as a text', rejects(400, { detail: 'seed must be a number' }), { status: 400, message: 'seed must be a number' }, 1],
    ['as plain text', rejects(400, 'seed must be a number', 'text/plain'), { status: 400 }, 1],
    ['as a page', rejects(500, '<html><h1>502 Bad Gateway</h1></html>', 'text/html'), { status: 502, code: 'model_failed' }, 3],
    ['without a body', rejects(400, ''), { status: 400 }, 1],
    ['inside a 200', rejects(200, { error: { message: 'Provider returned error', code: 502 } }), { status: 502, code: 'model_failed' }, 3],
    ['as a text inside a 200', rejects(200, { error: 'model is loading' }), { status: 502, code: 'model_failed' }, 3],
    ['context_length_exceeded inside a 200', rejects(200, { error: { message: 'too long', code: 'context_length_exceeded' } }), tooLong, 1],
  ])('%s has the outcome that it means, after the attempts that can help', async (_what, upstream, expected, attempts) => {
    const [outcome, requests] = await withModel(
      [upstream],
      async (url, { requests }) => [await chat(url, question), requests.length] as const,
    );
    expect(outcome).toMatchObject(expected);
    expect(requests).toBe(attempts);
    const streamed = await withModel([upstream], (url) => chat(url, { ...question, stream: true }));
    expect(streamed).toMatchObject(expected);
  });
});

describe('A field that the upstream does not support', () => {
  const answer = respondsWithText(text);
  const limited = { ...question, max_tokens: 50 };
  const other = 'Unrecognized request argument supplied: max_completion_tokens';

  test.each<[string, Behaviour, object, (body: Readonly<Record<string, unknown>>) => unknown, unknown, unknown]>([
    [
      'max_tokens',
      respondsWithFile('upstream/max-tokens-unsupported.400.json'),
      limited,
      (body) => [body.max_tokens, body.max_completion_tokens],
      [50, undefined],
      [undefined, 50],
    ],
    [
      'stream_options',
      respondsWithFile('upstream/stream-options-unsupported.400.json'),
      { ...question, stream: true },
      (body) => body.stream_options !== undefined,
      true,
      false,
    ],
  ])('%s is replaced in the next attempt, and in every later request', async (_what, rejection, body, read, before, after) => {
    await withModel([rejection, answer], async (url, { requests }) => {
      expect(await chat(url, body)).toMatchObject({ status: 200, text });
      expect(requests.map(({ body: sent }) => read(sent))).toEqual([before, after]);
      expect(await chat(url, body)).toMatchObject({ status: 200, text });
      expect(requests.map(({ body: sent }) => read(sent))).toEqual([before, after, after]);
    });
  });

  test('max_completion_tokens is replaced by max_tokens where the endpoint learned the wrong one', async () => {
    const script = [respondsWithFile('upstream/max-tokens-unsupported.400.json'), rejectsOpenAi(400, { message: other }), answer] as const;
    await withModel(script, async (url, { requests }) => {
      await chat(url, limited);
      const before = requests.length;
      expect(await chat(url, limited)).toMatchObject({ status: 200, text });
      expect(requests.slice(before).map(({ body }) => body.max_tokens)).toContain(50);
    });
  });

  test('reaches the client if the client itself set it', async () => {
    const rejection = rejectsOpenAi(400, {
      message: "Unsupported value: 'temperature' does not support 0.5 with this model.",
      param: 'temperature',
      code: 'unsupported_value',
    });
    const outcome = await withModel([rejection], (url) => chat(url, { ...question, temperature: 0.5 }));
    expect(outcome).toMatchObject({ status: 400, code: 'unsupported_value' });
  });
});
