import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { capabilities } from '../../contract/text-models.ts';
import { testCard } from '../testing/models.ts';
import type { ModelCard } from './model.ts';
import { type Candidate, type ModelSelection, preferences, rankModels, selectModels } from './selection.ts';
import { costMicros } from './tokens.ts';

const size = { promptTokens: 100, completionTokens: 200 };
const candidate = (id: string, rest: Partial<ModelCard> = {}, healthy = true): Candidate => ({ card: testCard({ id, ...rest }), healthy });
const order = (selection: Partial<ModelSelection>, ...candidates: Candidate[]) =>
  rankModels({ needs: ['chat'], ...selection }, candidates, size).order;
const ids = (choices: readonly { readonly model: string }[]) => choices.map(({ model }) => model);

const expensive = candidate('expensive', { pricePerMillion: { input: 30, output: 60 }, typicalLatencyMs: 800 });
const cheap = candidate('cheap', { pricePerMillion: { input: 1, output: 2 }, typicalLatencyMs: 2000 });
const fast = candidate('fast', { pricePerMillion: { input: 5, output: 5 }, typicalLatencyMs: 100 });
const offline = candidate('offline', { fallbackOnly: true, pricePerMillion: { input: 0, output: 0 }, typicalLatencyMs: 1 });

describe('The selection of models', () => {
  test.each([
    [{}, ['expensive', 'cheap', 'fast', 'offline']],
    [{ prefer: 'quality' }, ['expensive', 'cheap', 'fast', 'offline']],
    [{ prefer: 'cost' }, ['cheap', 'fast', 'expensive', 'offline']],
    [{ prefer: 'latency' }, ['fast', 'expensive', 'cheap', 'offline']],
    [{ model: 'cheap' }, ['cheap', 'expensive', 'fast', 'offline']],
    [{ model: 'offline', prefer: 'latency' }, ['offline', 'fast', 'expensive', 'cheap']],
  ] satisfies [Partial<ModelSelection>, string[]][])('of %j tries %j', (selection, expected) => {
    expect(ids(order(selection, expensive, cheap, fast, offline))).toEqual(expected);
  });

  test('gives the reason for each position', () => {
    expect(order({ prefer: 'cost', model: 'fast' }, expensive, cheap, fast, offline)).toEqual([
      { model: 'fast', reason: 'named by the caller; costs at most about 1500 micro-USD' },
      { model: 'cheap', reason: 'cheapest; costs at most about 500 micro-USD' },
      { model: 'expensive', reason: 'costs at most about 15000 micro-USD' },
      { model: 'offline', reason: 'fallback only; costs at most about 0 micro-USD' },
    ]);
    expect(order({}, expensive, cheap).map(({ reason }) => reason)).toEqual(['first in the configuration', 'later in the configuration']);
  });

  test('tries a failing model after all healthy ones, including those for fallback only', () => {
    const failing = candidate('failing', {}, false);
    expect(ids(order({}, failing, cheap, offline))).toEqual(['cheap', 'offline', 'failing']);
    expect(order({}, failing)[0]?.reason).toContain('circuit open');
  });

  test('excludes models that do not support the request, with the reason', () => {
    const short = candidate('short', { contextTokens: 250 });
    const mute = candidate('mute', { capabilities: ['captions'] });
    expect(rankModels({ needs: ['chat', 'code'] }, [short, mute, cheap], size)).toMatchObject({
      order: [{ model: 'cheap' }],
      excluded: [
        { model: 'short', reason: 'has a context window of 250 tokens, about 300 are needed' },
        { model: 'mute', reason: 'does not support chat, code' },
      ],
    });
  });

  describe('by language', () => {
    const tables = candidate('tables', { languages: ['en', 'es'] });
    const requested = (language: string, model?: string) => () => selectModels({ needs: [], language, model }, [tables], size);

    test('excludes models that do not write it', () => {
      expect(ids(order({ language: 'pt-BR' }, tables, cheap))).toEqual(['cheap']);
      expect(ids(order({ language: 'es-MX' }, tables, cheap))).toEqual(['tables', 'cheap']);
      expect(ids(order({}, tables, cheap))).toEqual(['tables', 'cheap']);
    });

    test('is not the reason if the request has none', () => {
      const long = { promptTokens: 10_000, completionTokens: 1 };
      expect(() => selectModels({ needs: [] }, [tables], long)).toThrow(/^no model supports the request: tables has a context window of/);
    });

    test.each([undefined, 'tables'])('names the possible languages and the remedy if no model writes it (named: %p)', (model) => {
      const message =
        'no model supports the request: tables writes captions only in English (en) and Spanish (es). For Brazilian Portuguese (pt-BR), the operator connects a language model with OPENAI_BASE_URL or TEXT_MODELS';
      expect(requested('pt-BR', model)).toThrow(
        expect.objectContaining({ code: 'invalid_request', errors: [{ pointer: '/language', message }] }),
      );
    });
  });

  const cards = fc.uniqueArray(
    fc.record({
      card: fc
        .record({
          id: fc.constantFrom(...'abcdefgh'),
          capabilities: fc.uniqueArray(fc.constantFrom(...capabilities)),
          pricePerMillion: fc.record({ input: fc.integer({ min: 0, max: 60 }), output: fc.integer({ min: 0, max: 60 }) }),
          typicalLatencyMs: fc.integer({ min: 0, max: 5000 }),
          contextTokens: fc.integer({ min: 1, max: 2000 }),
          maxTokens: fc.integer({ min: 1, max: 1000 }),
          fallbackOnly: fc.boolean(),
        })
        .map(testCard),
      healthy: fc.boolean(),
    }),
    { selector: ({ card }) => card.id },
  );
  const selections = fc.record({
    model: fc.option(fc.constantFrom(...'abcdefgh'), { nil: undefined }),
    prefer: fc.option(fc.constantFrom(...preferences), { nil: undefined }),
    needs: fc.uniqueArray(fc.constantFrom(...capabilities)),
  });
  const sizes = fc.record({
    promptTokens: fc.integer({ min: 0, max: 1500 }),
    completionTokens: fc.option(fc.integer({ min: 1, max: 1500 }), { nil: undefined }),
  });

  test('considers every model once, and tries only those that support the request', () => {
    fc.assert(
      fc.property(selections, cards, sizes, (selection, candidates, given) => {
        const { order: tried, excluded } = rankModels(selection, candidates, given);
        expect([...ids(tried), ...ids(excluded)].sort()).toEqual(candidates.map(({ card }) => card.id).sort());
        for (const { card } of candidates) {
          const { promptTokens, completionTokens = 1 } = given;
          const fits = completionTokens <= card.maxTokens && promptTokens + completionTokens <= card.contextTokens;
          const able = selection.needs.every((need) => card.capabilities.includes(need)) && fits;
          expect(ids(tried).includes(card.id)).toBe(able);
        }
        for (const { reason } of [...tried, ...excluded]) expect(reason).not.toBe('');
      }),
    );
  });

  test('tries the named one first, then healthy before failing, fallbacks last, and cheaper before more expensive ones', () => {
    fc.assert(
      fc.property(selections, cards, sizes, (selection, candidates, given) => {
        const tried = ids(rankModels(selection, candidates, given).order).flatMap(
          (id) => candidates.find(({ card }) => card.id === id) ?? [],
        );
        if (tried.some(({ card }) => card.id === selection.model)) expect(tried.shift()?.card.id).toBe(selection.model);
        const worth = ({ card, healthy }: Candidate) => {
          const completionTokens = Math.min(given.completionTokens ?? 4096, card.maxTokens);
          const cost = costMicros({ promptTokens: given.promptTokens, completionTokens }, card);
          return [
            !healthy,
            card.fallbackOnly,
            selection.prefer === 'cost' ? cost : selection.prefer === 'latency' ? card.typicalLatencyMs : 0,
          ].map(Number);
        };
        for (const [at, each] of tried.entries()) {
          const [failing = 0, fallbackOnly = 0, measure = 0] = worth(each);
          const [nextFailing = 0, nextFallbackOnly = 0, nextMeasure = 0] = worth(tried[at + 1] ?? each);
          expect(failing).toBeLessThanOrEqual(nextFailing);
          if (failing === nextFailing) expect(fallbackOnly).toBeLessThanOrEqual(nextFallbackOnly);
          if (failing === nextFailing && fallbackOnly === nextFallbackOnly) expect(measure).toBeLessThanOrEqual(nextMeasure);
        }
      }),
    );
  });

  test('is the same for the same facts', () => {
    fc.assert(
      fc.property(selections, cards, sizes, (selection, list, given) =>
        expect(rankModels(selection, list, given)).toEqual(rankModels(selection, list, given)),
      ),
    );
  });
});
