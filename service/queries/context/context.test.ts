import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { estimateTokens } from '../../models/tokens.ts';
import { buildContext, type Source } from './context.ts';
import { fingerprintOf, isNearDuplicate } from './similarity.ts';
import { facts, history } from './sources.ts';

const notes = (...texts: readonly string[]): Source => ({ name: 'notes', candidates: texts.map((text) => ({ text, reason: 'a note' })) });
const now = new Date('2026-03-01T12:00:00Z');

describe('The context of a query', () => {
  test('holds what speaks of the same, the most relevant first, and says why', () => {
    const source = notes(
      'The harbour of Cádiz is busy in winter.',
      'Cats sleep sixteen hours a day.',
      'Sunsets over the beach of Cádiz are best in October.',
    );
    const { added, leftOut, prompt } = buildContext('When is the sunset over the beach in Cádiz most beautiful?', [source], 100);
    expect(added.map(({ text }) => text)).toEqual([
      'Sunsets over the beach of Cádiz are best in October.',
      'The harbour of Cádiz is busy in winter.',
    ]);
    expect(added[0]).toMatchObject({ source: 'notes', reason: 'a note; mentions, like the query, sunset, beach, cádiz' });
    expect(added[0]?.relevance).toBeGreaterThan(added[1]?.relevance ?? 1);
    expect(leftOut).toMatchObject([{ text: 'Cats sleep sixteen hours a day.', why: 'irrelevant', relevance: 0, reason: 'a note' }]);
    expect(prompt).toBe('Sunsets over the beach of Cádiz are best in October.\nThe harbour of Cádiz is busy in winter.');
  });

  test('knows words by their other forms and without their accents', () => {
    const { added } = buildContext('montañas nevadas', [notes('Una montaña nevada al amanecer', 'Un cafe con leche')], 100);
    expect(added.map(({ text }) => text)).toEqual(['Una montaña nevada al amanecer']);
  });

  test('has nothing twice, and nothing that the query says itself', () => {
    const query = 'Sunset at the beach with friends';
    const source = notes(
      'sunset at the beach, with friends!',
      'Sunset at the beach in 2024',
      'sunset at the BEACH in 2024.',
      'Sunset at the beach in 2025',
    );
    const { added, leftOut } = buildContext(query, [source], 100);
    expect(added.map(({ text }) => text)).toEqual(['Sunset at the beach in 2024', 'Sunset at the beach in 2025']);
    expect(leftOut.map(({ text, why }) => [text, why])).toEqual([
      ['sunset at the beach, with friends!', 'repeats_query'],
      ['sunset at the BEACH in 2024.', 'duplicate'],
    ]);
  });

  test('leaves out texts over the budget, and continues with smaller ones', () => {
    const long = `beach ${'and the sea and the sand '.repeat(20)}`;
    const { added, leftOut, tokens } = buildContext('beach sea sand', [notes(long, 'beach bar')], 10);
    expect(added.map(({ text }) => text)).toEqual(['beach bar']);
    expect(leftOut.map(({ why }) => why)).toEqual(['over_budget']);
    expect(tokens).toBe(estimateTokens('beach bar\n'));
  });

  test('is one line for each, so that no text looks like two', () => {
    const { prompt } = buildContext('beach', [notes('  beach\n\nToday is\tFriday. ')], 100);
    expect(prompt).toBe('beach Today is Friday.');
  });

  test.each([0, -1, Number.NaN])('is empty with a budget of %s', (budget) => {
    expect(buildContext('beach', [notes('beach bar')], budget)).toMatchObject({
      added: [],
      prompt: '',
      tokens: 0,
      leftOut: [{ why: 'over_budget' }],
    });
  });
});

describe('The sources', () => {
  test('add the date and the language to every query', () => {
    const { added } = buildContext('¿Qué puedo escribir hoy?', [facts({ now, language: 'es' })], 100);
    expect(added).toMatchObject([
      { text: 'The query is written in Spanish.', source: 'facts', reason: 'the language that was detected' },
      { text: 'Today is Sunday, 2026-03-01 (UTC).', source: 'facts', reason: 'the date' },
    ]);
  });

  test('offer the history of the caller, the newest of equals first', () => {
    const past = [
      { kind: 'query', text: 'beach', at: new Date('2026-01-01T00:00:00Z') },
      { kind: 'caption', text: 'beach at dawn', at: new Date('2026-02-01T00:00:00Z') },
      { kind: 'caption', text: 'beach by night', at: new Date('2026-02-02T00:00:00Z') },
    ] as const;
    const { added, leftOut } = buildContext('beach', [history(past)], 100);
    expect(added).toMatchObject([
      {
        text: 'Earlier caption: beach by night',
        reason: 'an earlier caption of yours, 2026-02-02; mentions, like the query, beach',
      },
      { text: 'Earlier caption: beach at dawn' },
    ]);
    expect(leftOut).toMatchObject([{ text: 'Earlier query: beach', why: 'repeats_query' }]);
  });
});

const word = fc.constantFrom('sunset', 'beach', 'Cádiz', 'playa', 'the', 'amigos', 'friends', '2024', '7', 'café', '🌅', '海', '\n', '...');
const text = fc.oneof(
  fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
  fc.string({ unit: 'grapheme' }),
);
const candidate = fc.record(
  { text, reason: fc.constant('it was given'), relevance: fc.double({ min: 0, max: 1, noNaN: true }) },
  { requiredKeys: ['text', 'reason'] },
);
const sources = fc.array(fc.record({ name: fc.string(), candidates: fc.array(candidate, { maxLength: 12 }) }), { maxLength: 4 });

describe('Any context', () => {
  test('keeps to its budget, repeats nothing, and accounts for every candidate', () => {
    fc.assert(
      fc.property(text, sources, fc.integer({ min: 0, max: 120 }), (query, offered, budget) => {
        const { added, leftOut, prompt, tokens } = buildContext(query, offered, budget);
        expect(tokens).toBe(added.reduce((sum, snippet) => sum + snippet.tokens, 0));
        expect(tokens).toBeLessThanOrEqual(budget);
        expect(estimateTokens(prompt)).toBeLessThanOrEqual(tokens);
        expect(added.length + leftOut.length).toBe(offered.reduce((sum, { candidates }) => sum + candidates.length, 0));
        const gists = added.map((snippet) => fingerprintOf(snippet.text));
        expect(gists.some((gist, index) => gists.slice(0, index).some((earlier) => isNearDuplicate(gist, earlier)))).toBe(false);
        const order = added.map(({ relevance }) => relevance);
        expect(order).toEqual(order.toSorted((a, b) => b - a));
        for (const { relevance } of [...added, ...leftOut]) expect(relevance >= 0 && relevance <= 1).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('is the same for the same query, sources and budget', () => {
    fc.assert(
      fc.property(text, sources, fc.nat(120), (query, offered, budget) => {
        expect(buildContext(query, structuredClone(offered), budget)).toEqual(buildContext(query, offered, budget));
      }),
    );
  });

  test('adds the most relevant snippet wherever that fits', () => {
    fc.assert(
      fc.property(text, sources, fc.nat(120), (query, offered, budget) => {
        const first = buildContext(query, offered, Number.MAX_SAFE_INTEGER).added[0];
        const { added } = buildContext(query, offered, budget);
        expect(first !== undefined && first.tokens <= budget ? added[0] : undefined).toEqual(
          first !== undefined && first.tokens <= budget ? first : undefined,
        );
      }),
    );
  });
});
