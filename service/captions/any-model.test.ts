import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createClient } from '../client/client.ts';
import { respondsWithFile } from '../testing/cases.ts';
import { generate, startService, type TestService } from '../testing/service.ts';
import { type Behaviour, respondsWithError, respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { memoryUsage } from '../testing/usage.ts';
import { type GenerateRequest, generateResponse } from './schema.ts';

let upstream: Upstream;
let service: TestService;
const usage = memoryUsage();
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText('{}'));
  const model = { provider: 'openai', base_url: upstream.url, api_key: 'k', price: { input: 1, output: 2 } };
  const list = [
    { ...model, id: 'm' },
    { ...model, id: 'plain', capabilities: ['captions', 'streaming'] },
  ];
  service = await startService({ TEXT_MODELS: JSON.stringify(list) }, { usageStore: usage });
});
afterAll(async () => {
  await service.close();
  await upstream.close();
});

let requests = 0;
/** No two requests share a cached answer. */
const bodyOf = (fields: Partial<GenerateRequest> = {}): GenerateRequest => ({
  style: 'casual',
  audience: 'general',
  client_id: `client-${++requests}`,
  content_description: `Sunset ${requests}`,
  model: 'm',
  ...fields,
});
const answerTo = async (body: object) => {
  const response = await generate(service, body);
  return { status: response.status, body: await response.json() };
};
const captionsOf = async (body: object) => {
  const { caption, alternatives } = generateResponse.parse((await answerTo(body)).body);
  return [caption, ...alternatives];
};
async function eventsOf(body: GenerateRequest) {
  const events = [];
  for await (const event of createClient({ baseUrl: service.url, credential: 'user-key' }).events('generate', { body })) events.push(event);
  return events;
}
const billedTo = async (clientId: string) => {
  await service.dependencies.usage.metering.flushed();
  return usage.rows().filter(({ client_id }) => client_id === clientId);
};

describe('Captions of a model that answers with', () => {
  test.each([
    ['preamble-captions.json', { caption: 'Sun over Cádiz.', hashtags: ['#Cádiz'], language: 'en' }],
    ['captions-hashtags-null.json', { caption: 'Sun over Cádiz.', hashtags: [], language: 'en' }],
    ['captions-trailing-comma.json', { caption: 'Sun over Cádiz.', hashtags: ['#Cádiz'] }],
    ['think-captions.json', { caption: 'Sun over Cádiz.', alternatives: [], hashtags: ['#Cádiz'] }],
    ['captions-bad-hashtags.json', { caption: 'Playa', hashtags: ['#guiónbajo', '#instagram', '#sun', '#beach'] }],
    ['captions-3000-characters.json', { caption: expect.stringMatching(/^La tarde .{1500,2190}\.$/), language: 'es' }],
  ])('%s are read', async (file, expected) => {
    upstream.setBehaviours(respondsWithFile(`upstream/${file}`));
    expect(await answerTo(bodyOf())).toMatchObject({ status: 200, body: expected });
  });

  test('a stream with reasoning are sent without the draft in it', async () => {
    upstream.setBehaviours(respondsWithFile('upstream/think-captions.sse'));
    const events = await eventsOf(bodyOf());
    expect(events.map(({ event }) => event)).toEqual(['start', 'caption', 'done']);
    expect(events[1]?.data).toEqual({ index: 0, caption: 'Sun over Cádiz.' });
    expect(events[2]?.data).toMatchObject({ caption: 'Sun over Cádiz.', alternatives: [] });
  });

  test.each([
    [
      'a mistake after the first',
      '{"captions": ["One and only.", "Two\nlines.", "Three.",], "hashtags": ["#a"]}',
      ['One and only.', 'Two\nlines.', 'Three.'],
    ],
    ['one object each', '{"caption": "One."} {"caption": "Two."}', ['One.', 'Two.']],
    ['a repeated caption', '{"captions": ["One.", "One.", "Two."]}', ['One.', 'Two.']],
    ['a second, better object', 'First {"captions": ["One."]} then {"captions": ["Two.", "Three."]}', ['One.', 'Two.', 'Three.']],
  ])('%s are sent each once, in the order of the whole answer', async (_, text, captions) => {
    upstream.setBehaviours(respondsWithText(text));
    const events = await eventsOf(bodyOf());
    const sent = events.flatMap((event) => (event.event === 'caption' ? event.data.caption : []));
    expect(sent).toEqual(captions);
    expect(events.at(-1)?.data).toMatchObject({ caption: captions[0], alternatives: captions.slice(1) });
  });

  test('no caption are 502, and what the provider charges is billed', async () => {
    upstream.setBehaviours(respondsWithText('I cannot help with that.'));
    const body = bodyOf();
    expect(await answerTo(body)).toMatchObject({ status: 502, body: { code: 'model_failed' } });
    expect(await billedTo(body.client_id)).toMatchObject([{ cost_micros: 25 }]);
  });
});

describe('The offline model', () => {
  test('is held to the length of captions too', async () => {
    const offline = await startService({});
    const content_description = `Sunset over a ${'very '.repeat(390)}long beach`;
    const response = await generate(
      offline,
      bodyOf({ model: undefined, content_description, audience: 'travel', style: 'inspirational', count: 5 }),
    );
    const { caption, alternatives } = generateResponse.parse(await response.json());
    for (const text of [caption, ...alternatives]) expect(text.length).toBeLessThanOrEqual(2200);
    await offline.close();
  });
});

describe('JSON mode', () => {
  const good = respondsWithText('{"captions": ["Sun."]}');
  const formats = (from: number) => upstream.requests.slice(from).map(({ body }) => body.response_format);
  const json = { type: 'json_object' };

  test('is requested of a model with the capability json only', async () => {
    upstream.setBehaviours(good);
    const before = upstream.requests.length;
    await captionsOf(bodyOf());
    await captionsOf(bodyOf({ model: 'plain' }));
    expect(formats(before)).toEqual([json, undefined]);
  });

  test.each([
    ['LM Studio', { error: "'response_format.type' must be 'json_schema' or 'text'" }],
    ['Groq', { error: { message: 'Failed to generate JSON. Please adjust your prompt.', code: 'json_validate_failed' } }],
    ['an endpoint without it', { error: { message: 'Unrecognized request argument supplied: response_format', param: null } }],
  ])('is left out from then on after %s rejects it, also for requests at the same time', async (_, error) => {
    const own = await startUpstream(({ body }, response) => {
      const status = body.response_format === undefined ? 200 : 400;
      const answer = { choices: [{ message: { content: '{"captions": ["Sun."]}' }, finish_reason: 'stop' }] };
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(status === 200 ? answer : error));
    });
    const other = await startService({ TEXT_MODELS: JSON.stringify([{ provider: 'openai', id: 'm', base_url: own.url }]) });
    const statuses = await Promise.all([1, 2, 3].map(async () => (await generate(other, bodyOf())).status));
    expect(statuses).toEqual([200, 200, 200]);
    const before = own.requests.length;
    expect((await generate(other, bodyOf())).status).toBe(200);
    expect(own.requests.slice(before).map(({ body }) => body.response_format)).toEqual([undefined]);
    await other.close();
    await own.close();
  });
});

describe('Captions in another language than requested', () => {
  const english = '{"captions": ["The sun over the sea with my friends.", "A day at the beach with the dog."], "language": "es"}';
  const spanish = '{"captions": ["El sol sobre el mar con mis amigos.", "Un día en la playa con el perro."], "language": "es"}';
  const sun = { captions: 'El sol sobre el mar con mis amigos.' };

  test('are requested once more, and both calls are charged', async () => {
    upstream.setBehaviours(respondsWithText(english), respondsWithText(spanish));
    const body = bodyOf({ language: 'es' });
    const before = upstream.requests.length;
    expect((await answerTo(body)).body).toMatchObject({
      caption: sun.captions,
      language: 'es',
      usage: { prompt_tokens: 22, completion_tokens: 14 },
    });
    expect(upstream.requests.length).toBe(before + 2);
    expect(JSON.stringify(upstream.requests.at(-1)?.body.messages.at(-1))).toContain('Spanish');
    expect(await billedTo(body.client_id)).toMatchObject([{ cost_micros: 50, prompt_tokens: 22 }]);
  });

  test('are requested once more in the language of the description', async () => {
    upstream.setBehaviours(respondsWithText(english), respondsWithText(spanish));
    const body = bodyOf({ content_description: 'El sol sobre el mar y mis amigos en la playa' });
    expect((await answerTo(body)).body).toMatchObject({ caption: sun.captions, language: 'es' });
  });

  test.each<[string, Behaviour]>([
    ['also the second time', respondsWithText(english)],
    ['and the second call fails', respondsWithError(500)],
    ['and the second answer has no caption', respondsWithText('No.')],
  ])('%s have the language that they are in', async (_, second) => {
    upstream.setBehaviours(respondsWithText(english), second);
    const before = upstream.requests.length;
    expect(await answerTo(bodyOf({ language: 'es' }))).toMatchObject({ status: 200, body: { language: 'en' } });
    expect(upstream.requests.length).toBe(before + 2);
  });

  test('in a stream have the language that they are in: what was sent stays', async () => {
    upstream.setBehaviours(respondsWithText(english));
    const before = upstream.requests.length;
    expect((await eventsOf(bodyOf({ language: 'es' }))).at(-1)?.data).toMatchObject({ language: 'en' });
    expect(upstream.requests.length).toBe(before + 1);
  });

  test('are not requested again if they are too short to be sure', async () => {
    upstream.setBehaviours(respondsWithText('{"captions": ["Golden hour", "Cádiz ☀️", "Beach mode"], "language": "en"}'));
    const before = upstream.requests.length;
    expect((await answerTo(bodyOf({ language: 'es' }))).body).toMatchObject({ language: 'es' });
    expect(upstream.requests.length).toBe(before + 1);
  });
});
