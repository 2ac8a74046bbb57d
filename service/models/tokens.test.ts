import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { testCard } from '../testing/models.ts';
import { costMicros, estimatePrompt, estimateTokens } from './tokens.ts';

const priced = (input: number, output: number) => testCard({ pricePerMillion: { input, output } });

describe('The cost of a use', () => {
  test.each([
    // 11 tokens at $30 and 7 at $60 a million.
    [{ promptTokens: 11, completionTokens: 7 }, priced(30, 60), 750],
    [{ promptTokens: 1_000_000, completionTokens: 0 }, priced(2.5, 10), 2_500_000],
    [{ promptTokens: 1, completionTokens: 0 }, priced(0.15, 0.6), 1],
    [{ promptTokens: 30, completionTokens: 0 }, priced(0.1, 0), 3],
    [{ promptTokens: 9, completionTokens: 9 }, priced(0, 0), 0],
  ])('%j is whole micro-dollars at the prices of the card, never too little', (usage, card, micros) => {
    expect(costMicros(usage, card)).toBe(micros);
  });
});

describe('Estimated tokens', () => {
  test('of a text in two parts are not fewer than of the whole, and a longer text has no fewer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const whole = estimateTokens(one + other);
        expect(estimateTokens(one) + estimateTokens(other)).toBeGreaterThanOrEqual(whole);
        expect(whole).toBeGreaterThanOrEqual(estimateTokens(one));
      }),
    );
  });

  test('of a conversation count every message', () => {
    const message = { role: 'user', content: 'four byte text!!' } as const;
    expect(estimatePrompt({ messages: [message, message] })).toBe(2 * estimatePrompt({ messages: [message] }));
  });
});
