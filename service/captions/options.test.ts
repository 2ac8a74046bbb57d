import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpoints } from '../../contract/endpoints/index.ts';
import { createClient } from '../client/client.ts';
import { testDatabase } from '../testing/database.ts';
import { generate, startService, type TestService } from '../testing/service.ts';
import { respondsWithText, startUpstream, type Upstream } from '../testing/upstream.ts';
import { type GenerateRequest, generateResponse } from './schema.ts';

const long = 'The sun goes down over the bay and our friends are here 🌅. '.repeat(36).trim();
const tags = Array.from({ length: 40 }, (_, index) => `#tag${index}`);
/** What a model writes that ignores every option. */
const careless = JSON.stringify({ captions: [`${long} #one #two`, `☀️ ${long}`], hashtags: tags, language: 'en' });

let upstream: Upstream;
let service: TestService;
let offline: TestService;
beforeAll(async () => {
  upstream = await startUpstream(respondsWithText(careless));
  service = await startService({ OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'k' });
  offline = await startService();
});
afterAll(async () => {
  await service.close();
  await offline.close();
  await upstream.close();
  await testDatabase.destroy();
});

type Options = Partial<Omit<GenerateRequest, 'client_id'>>;
let requests = 0;
/** No two requests share a cached answer. */
const bodyOf = (options: Options = {}): GenerateRequest => ({
  content_description: `Sunset ${++requests}`,
  style: 'casual',
  audience: 'general',
  client_id: 'test-client',
  count: 2,
  ...options,
});
const client = () => createClient({ baseUrl: service.url, credential: 'user-key' });
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

const graphqlAnswer = z.object({
  data: z.object({
    generateCaption: z.object({
      caption: z.string(),
      alternatives: z.array(z.string()),
      hashtags: z.array(z.string()),
      language: z.enum(['en', 'es', 'other']),
      languageTag: z.string(),
    }),
  }),
});
async function graphql(body: GenerateRequest) {
  const { language, ...rest } = body;
  const input = { ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [camel(name), value])), languageTag: language };
  const query =
    'mutation ($input: GenerateCaptionInput!) { generateCaption(input: $input) { caption alternatives hashtags language languageTag } }';
  const response = await fetch(service.graphqlUrl + endpoints.graphql.path, {
    method: 'POST',
    headers: { Authorization: 'Bearer developer-key', 'Content-Type': 'application/json' },
    body: JSON.stringify({ query, variables: { input } }),
  });
  return graphqlAnswer.parse(await response.json()).data.generateCaption;
}

async function streamed(body: GenerateRequest) {
  const sent: string[] = [];
  for await (const { event, data } of client().events('generate', { body })) {
    if (event === 'caption') sent.push(data.caption);
    if (event === 'done') {
      expect(sent).toEqual([data.caption, ...data.alternatives]);
      return data;
    }
  }
  throw new Error('no end of the stream');
}

async function batched(body: GenerateRequest) {
  const { id } = await client().call('createBatch', { body: { items: [{ kind: 'generate', ...body }] } });
  await service.dependencies.batches.handlers.work({ batch: id, from: 0, to: 0 }, 1, new AbortController().signal);
  const [line] = await Array.fromAsync(await client().call('batchResults', { params: { id } }));
  return generateResponse.parse(line?.status === 'succeeded' ? line.result : line);
}

const whole = (body: GenerateRequest) => client().call('generate', { body });

describe.each([
  ['a whole answer', whole],
  ['a stream', streamed],
  ['GraphQL', graphql],
  ['a batch', batched],
])('The options of %s', (_, send) => {
  const captionsOf = async (options: Options) => {
    const { caption, alternatives, hashtags } = await send(bodyOf(options));
    return { captions: [caption, ...alternatives], hashtags };
  };

  test('are reflected in the prompt', async () => {
    upstream.setBehaviours(respondsWithText(careless));
    await captionsOf({
      length: 'short',
      emoji: 'none',
      hashtags: 4,
      call_to_action: 'Book now',
      brand_voice: 'dry wit',
      language: 'en-GB',
    });
    const [system, user] = upstream.requests.at(-1)?.body.messages ?? [];
    expect(system?.content).toMatch(
      /British English \(en-GB\)\.\n.*at most 125 characters\.\nUse no emoji\.\n.*call_to_action.*up to 4 strings/s,
    );
    expect(JSON.parse(String(user?.content))).toMatchObject({ brand_voice: 'dry wit', call_to_action: 'Book now' });
  });

  test('hold for a model that ignores them', async () => {
    upstream.setBehaviours(respondsWithText(careless));
    const { captions, hashtags } = await captionsOf({ length: 'short', emoji: 'none', hashtags: 4, call_to_action: 'Book now 📅' });
    expect(hashtags).toEqual(tags.slice(0, 4));
    expect(captions).toEqual([expect.stringMatching(/^The sun .{100,250} here\.\n\nBook now 📅$/)]);
  });

  test('without hashtags leave none in the captions either', async () => {
    upstream.setBehaviours(
      respondsWithText('{"captions": ["Sun over #Cádiz today. #sun #sea", "Salt on my skin. #salt"], "hashtags": ["#sun"]}'),
    );
    expect(await captionsOf({ hashtags: 0 })).toEqual({ captions: ['Sun over Cádiz today.', 'Salt on my skin.'], hashtags: [] });
  });

  test('have as defaults the emoji and length of the model, and ten hashtags', async () => {
    upstream.setBehaviours(respondsWithText(careless));
    const { captions, hashtags } = await captionsOf({});
    expect(captions.map((caption) => [caption.length > 2000, caption.includes('🌅')])).toEqual([
      [true, true],
      [true, true],
    ]);
    expect(hashtags).toEqual(tags.slice(0, 10));
  });
});

describe('Captions in any language that the model writes', () => {
  const portuguese = JSON.stringify({ captions: ['O pôr do sol na praia com os amigos de sempre.'], language: 'pt' });
  const english = JSON.stringify({ captions: ['The sunset at the beach with my old friends.'], language: 'pt' });

  test('have the requested tag', async () => {
    upstream.setBehaviours(respondsWithText(portuguese));
    expect((await whole(bodyOf({ language: 'pt-br' }))).language).toBe('pt-BR');
    expect(await graphql(bodyOf({ language: 'pt-BR' }))).toMatchObject({ language: 'other', languageTag: 'pt-BR' });
  });

  test('are requested once more if they are in another', async () => {
    upstream.setBehaviours(respondsWithText(english), respondsWithText(portuguese));
    expect(await whole(bodyOf({ language: 'pt' }))).toMatchObject({
      language: 'pt',
      caption: 'O pôr do sol na praia com os amigos de sempre.',
    });
    expect(upstream.requests.at(-1)?.body.messages.at(-1)?.content).toContain('not in Portuguese');
  });

  test('have the language that they are in if it is not the requested one', async () => {
    upstream.setBehaviours(respondsWithText(english));
    expect((await whole(bodyOf({ language: 'pt' }))).language).toBe('en');
    expect((await streamed(bodyOf({ language: 'ja' }))).language).toBe('en');
  });

  test('have the language of the description by default', async () => {
    upstream.setBehaviours(respondsWithText(portuguese));
    expect((await whole(bodyOf())).language).toBe('pt');
  });

  test.each(['spanish', 'xx', 'en_US', 'und', 'e', 'es-', 'x-private'])(
    'are not requested by %j, which is no tag of a language',
    async (language) => {
      const response = await generate(service, bodyOf({ language }));
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({ errors: [{ pointer: '/language', message: expect.stringContaining('BCP 47') }] });
    },
  );
});

describe('The offline model', () => {
  test('writes the language of a tag with a region', async () => {
    const response = await generate(offline, bodyOf({ language: 'es-MX', content_description: 'Sunset at the beach' }));
    expect(generateResponse.parse(await response.json()).language).toMatch(/^es/);
  });

  test.each([false, true])('rejects other languages with the possible ones and the remedy (streamed: %p)', async (stream) => {
    const response = await generate(offline, { ...bodyOf({ language: 'fr' }), stream });
    expect(response.status).toBe(422);
    const message = expect.stringMatching(/only in English \(en\) and Spanish \(es\).*French \(fr\).*OPENAI_BASE_URL/);
    expect(await response.json()).toMatchObject({ code: 'invalid_request', errors: [{ pointer: '/language', message }] });
  });
});

describe('The cache', () => {
  const variants: readonly Options[] = [
    {},
    { length: 'short' },
    { length: 'long' },
    { emoji: 'none' },
    { emoji: 'few' },
    { hashtags: 0 },
    { hashtags: 30 },
    { call_to_action: 'Book now' },
    { call_to_action: 'Book then' },
    { brand_voice: 'warm' },
    { language: 'fr' },
    { language: 'fr-CA' },
    { count: 1 },
  ];
  test('has an answer for each value of each option', async () => {
    upstream.setBehaviours(respondsWithText(careless));
    const { content_description } = bodyOf();
    const isCached = async (options: Options) => (await whole(bodyOf({ ...options, content_description }))).cached;
    for (const options of variants) expect([options, await isCached(options)]).toEqual([options, false]);
    expect(await isCached({ language: 'FR-ca' })).toBe(true);
  });
});
