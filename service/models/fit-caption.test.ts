import { describe, expect, test } from '@jest/globals';
import { captionFitter } from './fit-caption.ts';
import type { CaptionRequest } from './model.ts';

const adapt = (caption: string, options: Partial<CaptionRequest>) =>
  captionFitter({ description: 'A beach', style: 'casual', audience: 'general', language: undefined, count: 1, ...options })(caption);
const sentences = 'The sun goes down over the bay. '.repeat(100).trim();

describe('The call to action', () => {
  const callToAction = 'Book at example.com';

  test.each([
    ['is appended to a caption without it', 'Sun.', 'Sun.\n\nBook at example.com'],
    ['stays where the model wrote it', 'Book at example.com and enjoy.', 'Book at example.com and enjoy.'],
    ['has the case and spaces of the caller', 'Sun. BOOK  at Example.com!', 'Sun. Book at example.com!'],
    [
      'is a text of its own, not a part of a word',
      'Sun. Book at example.community',
      'Sun. Book at example.community\n\nBook at example.com',
    ],
    ['is not added to nothing', ' ', ''],
  ])('%s', (_, caption, expected) => {
    expect(adapt(caption, { callToAction })).toBe(expected);
  });

  test('keeps its emoji and hashtags', () => {
    const call = 'Tag us 📸 #casapaco';
    expect(adapt('Sun ☀️ #sea. Tag us 📸 #casapaco', { callToAction: call, emoji: 'none', hashtags: 0 })).toBe(`Sun sea. ${call}`);
  });

  test('leaves room for itself in a long caption', () => {
    const caption = adapt(sentences, { callToAction });
    expect(caption.length).toBeLessThanOrEqual(2200);
    expect(caption).toMatch(/bay\.\n\nBook at example\.com$/);
  });

  test('may hold characters with a meaning in patterns and replacements', () => {
    const call = 'Win $& or $1 (50% off) [a-z]+';
    expect(adapt('Sun.', { callToAction: call })).toBe(`Sun.\n\n${call}`);
    expect(adapt(`Sun. ${call}`, { callToAction: call })).toBe(`Sun. ${call}`);
  });
});

describe('The length', () => {
  test.each([
    ['short', 250],
    ['medium', 600],
    ['long', 2000],
  ] as const)('%s cuts a caption after a sentence of its first %i characters', (length, most) => {
    const caption = adapt(sentences, { length });
    expect(caption.length).toBeLessThanOrEqual(most);
    expect(caption).toMatch(/bay\.$/);
  });

  test('does not cut a caption that is a little longer', () => {
    const caption =
      'The sun goes down over the bay, and no one of us has a reason to leave before the last light has gone out behind the old lighthouse of Cádiz.';
    expect(adapt(caption, { length: 'short' })).toBe(caption);
  });

  test('is that of the caption without the call to action', () => {
    const callToAction = 'c'.repeat(200);
    expect(adapt('A short one.', { length: 'short', callToAction })).toBe(`A short one.\n\n${callToAction}`);
  });
});
