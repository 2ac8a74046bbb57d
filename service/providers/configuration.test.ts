import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { rankModels } from '../models/selection.ts';
import { parseSettings } from '../settings.ts';
import { testSettings } from '../testing/service.ts';
import { cardOf, configurationKey, configuredModels, describePrices } from './configuration.ts';

const secret = 'hunter2-hunter2';
const violations = (text: string) => {
  const parsed = parseSettings({ TEXT_MODELS: text });
  return 'violations' in parsed ? parsed.violations : [];
};
const cards = (environment: Record<string, string>) => configuredModels(testSettings(environment)).map(cardOf);

describe('The configuration of the text models', () => {
  const two = JSON.stringify([
    {
      provider: 'openai',
      id: 'large',
      name: 'Large one',
      base_url: 'https://models.example.com/v1',
      api_key: secret,
      model: 'large-2',
      max_tokens: 2000,
      price: { input: 2.5, output: 10 },
      latency_ms: 900,
      context_tokens: 32_000,
      capabilities: ['chat', 'code'],
    },
    { provider: 'offline', id: 'offline' },
  ]);

  test('is TEXT_MODELS in its order, which overrides OPENAI_*', () => {
    expect(cards({ TEXT_MODELS: two, OPENAI_API_KEY: 'another' })).toEqual([
      {
        id: 'large',
        name: 'Large one',
        description: 'A language model behind an OpenAI-compatible endpoint.',
        capabilities: ['chat', 'code'],
        pricePerMillion: { input: 2.5, output: 10 },
        priceKnown: true,
        typicalLatencyMs: 900,
        contextTokens: 32_000,
        maxTokens: 2000,
        fallbackOnly: false,
      },
      expect.objectContaining({ id: 'offline', fallbackOnly: true, pricePerMillion: { input: 0, output: 0 } }),
    ]);
  });

  test('is the one model of OPENAI_* if a key or an endpoint is set, without a fallback', () => {
    const settings = { OPENAI_API_KEY: secret, OPENAI_MODEL: 'gpt-4o', OPENAI_MAX_TOKENS: '900' };
    expect(cards(settings)).toMatchObject([{ id: 'openai', name: 'gpt-4o', fallbackOnly: false }]);
    expect(configuredModels(testSettings(settings))).toMatchObject([{ caption_tokens: 900 }]);
    expect(cards({ OPENAI_BASE_URL: 'http://127.0.0.1:9/v1' })).toMatchObject([{ id: 'openai' }]);
  });

  test('is the offline model where nothing is set', () => expect(cards({})).toMatchObject([{ id: 'offline', fallbackOnly: true }]));

  test('makes other answers with other models, tokens or endpoints, not with another key, and shows none', () => {
    const setup = (change: (text: string) => string) => configurationKey(testSettings({ TEXT_MODELS: change(two) }));
    const same = setup((text) => text);
    expect(same).not.toContain(secret);
    expect(setup((text) => text.replace(secret, 'rotated'))).toBe(same);
    expect(setup((text) => text.replace('large-2', 'large-3'))).not.toBe(same);
    expect(setup((text) => text.replace('"max_tokens":2000', '"max_tokens":200'))).not.toBe(same);
  });

  describe('uses what is known about common models', () => {
    const openAi = { provider: 'openai', id: 'a', model: 'gpt-4o-mini-2024-07-18' };
    const claude = { provider: 'anthropic', id: 'b', model: 'claude-haiku-4-5-20251001' };
    const card = (setting: object) => cards({ TEXT_MODELS: JSON.stringify([setting]) })[0];

    test('as defaults, also of their snapshots', () => {
      expect(card(openAi)).toMatchObject({ pricePerMillion: { input: 0.15, output: 0.6 }, contextTokens: 128_000, maxTokens: 16_384 });
      expect(card(claude)).toMatchObject({ pricePerMillion: { input: 1, output: 5 }, contextTokens: 200_000, maxTokens: 64_000 });
      expect(card({ ...openAi, model: 'text-embedding-3-small' })).toMatchObject({ capabilities: ['embeddings'] });
      expect(cards({ OPENAI_API_KEY: secret })).toMatchObject([{ name: 'gpt-4', contextTokens: 8192, pricePerMillion: { output: 60 } }]);
    });

    test('knows a price from the settings or the table, and that the offline model is free', () => {
      const free = { ...openAi, model: 'own', price: { input: 0, output: 0 } };
      const known = [openAi, free, { provider: 'offline', id: 'a' }, { ...openAi, model: 'own' }].map(
        (setting) => card(setting)?.priceKnown,
      );
      expect(known).toEqual([true, true, true, false]);
    });

    test('but the settings come first', () => {
      const own = { price: { input: 7, output: 8 }, context_tokens: 9, max_tokens: 5, capabilities: ['chat'] };
      expect(card({ ...openAi, ...own })).toMatchObject({
        pricePerMillion: own.price,
        contextTokens: 9,
        maxTokens: 5,
        capabilities: ['chat'],
      });
    });

    test.each([
      ['another host', { ...openAi, base_url: 'https://models.example.com/v1' }],
      ['another model', { ...openAi, model: 'gpt-4o-mini-audio-preview' }],
      ['another provider', { ...openAi, provider: 'anthropic' }],
    ])('and nothing is known of %s', (_what, setting) => {
      expect(card(setting)).toMatchObject({ pricePerMillion: { input: 0, output: 0 }, contextTokens: 128_000, maxTokens: 128_000 });
    });

    test('and a request goes to no model whose known limits or capabilities it exceeds', () => {
      const short = { provider: 'openai', id: 'short', model: 'gpt-4' };
      const vectors = { provider: 'openai', id: 'vectors', model: 'text-embedding-3-large' };
      const candidates = cards({ TEXT_MODELS: JSON.stringify([short, vectors, openAi]) }).map((each) => ({ card: each, healthy: true }));
      const { order, excluded } = rankModels({ needs: ['chat'] }, candidates, { promptTokens: 9000, completionTokens: 100 });
      expect(order).toMatchObject([{ model: 'a' }]);
      expect(excluded).toEqual([
        { model: 'short', reason: 'has a context window of 8192 tokens, about 9100 are needed' },
        { model: 'vectors', reason: 'does not support chat' },
      ]);
    });

    test('and the log shows where each price comes from', () => {
      const offline = { provider: 'offline', id: 'offline' };
      const unknown = { provider: 'openai', id: 'c', api_key: secret };
      const list = JSON.stringify([openAi, { ...claude, price: { input: 7, output: 8 } }, unknown, offline]);
      const prices = describePrices(testSettings({ TEXT_MODELS: list }));
      expect(prices).toEqual([
        {
          model: 'a',
          price: expect.stringMatching(/^0\.15 \/ 0\.6 USD per million tokens \(list price of gpt-4o-mini, \d{4}-\d{2}-\d{2}\)$/),
        },
        { model: 'b', price: '7 / 8 USD per million tokens (TEXT_MODELS)' },
        { model: 'c', price: 'unknown: set "price" in TEXT_MODELS' },
        { model: 'offline', price: 'free' },
      ]);
      expect(JSON.stringify(prices)).not.toContain(secret);
    });
  });

  const model = { provider: 'openai', id: 'a' };
  test.each<[string, unknown, RegExp]>([
    ['an empty list', [], /must name at least one model/],
    ['an object', model, /expected array/],
    ['no provider', [{ id: 'a' }], /\[0\.provider\]/],
    ['an id of other characters', [{ ...model, id: `${secret} !` }], /\[0\.id\] must be 1 to 63 of/],
    ['an id twice', [model, { provider: 'offline', id: 'a' }], /ids must be unique/],
    ['an endpoint that is no URL', [{ ...model, base_url: secret }], /\[0\.base_url\] must be a URL/],
    ['a negative price', [model, { ...model, id: 'b', price: { input: -1, output: 1 } }], /\[1\.price\.input\]/],
    ['an unknown capability', [{ ...model, capabilities: [secret] }], /\[0\.capabilities\.0\]/],
    ['an unknown field', [{ ...model, [secret]: 1 }], /\[0\] has an unknown field/],
    ['a key of the offline model', [{ provider: 'offline', id: 'a', api_key: secret }], /neither base_url nor api_key/],
  ])('that is wrong with %s says where and what, on one line, and never the value', (_, value, says) => {
    const [violation = '', ...more] = violations(JSON.stringify(value));
    expect(more).toEqual([]);
    expect(violation).toMatch(/^TEXT_MODELS: /);
    expect(violation).toMatch(says);
    expect(violation).not.toContain(secret);
    expect(violation).not.toContain('\n');
  });

  test('that is no JSON says so and shows nothing of it', () => {
    expect(violations(`[{"api_key": "${secret}"`).join()).toMatch(/^TEXT_MODELS: must be JSON\. /);
    expect(violations(`[{"api_key": "${secret}"`).join()).not.toContain(secret);
  });

  test('never shows a key, wherever it is in the text', () => {
    const key = fc.constant(secret);
    const anything = fc.oneof(key, fc.jsonValue(), fc.dictionary(fc.oneof(key, fc.constantFrom('id', 'price', 'model', 'api_key')), key));
    const field = fc.constantFrom('provider', 'id', 'base_url', 'price', 'capabilities', 'max_tokens', 'model', secret);
    fc.assert(
      fc.property(fc.array(fc.dictionary(field, anything)), (models) => {
        expect(violations(JSON.stringify(models)).join()).not.toContain(secret);
      }),
    );
  });
});
