import { describe, expect, test } from '@jest/globals';
import type { CaptionRequest } from '../../service/models/model.ts';
import { createOfflineModel } from '../../service/providers/offline/offline.ts';
import { testCard } from '../../service/testing/models.ts';
import { english } from './english.ts';
import { emoji, mistakesOf, variants } from './mistakes.ts';
import { rejected } from './rejected.ts';
import { spanish } from './spanish.ts';

const model = createOfflineModel(testCard({ id: 'offline' }));
const write = (description: string, rest: Partial<CaptionRequest>) =>
  model.writeCaptions(
    { style: 'casual', audience: 'general', language: undefined, count: 5, ...rest, description },
    AbortSignal.timeout(10_000),
  );

describe('Captions of the offline model', () => {
  test.each([...english, ...spanish].map((each) => [each.text, each] as const))('say what %j says, in its tone', async (_, described) => {
    const all = await Promise.all(variants.map(async (variant) => mistakesOf(described, await write(described.text, variant), variant)));
    expect([...new Set(all.flat())]).toEqual([]);
  });

  test.each(Object.entries(rejected).flatMap(([kind, texts]) => texts.map((text) => [text, kind] as const)))(
    'about %j are rejected with a hint: %s',
    async (text) => {
      await expect(write(text, {})).rejects.toMatchObject({
        code: 'unusable_description',
        status: 422,
        detail: expect.stringMatching(/^The .*\. .*\.$/),
        errors: [{ pointer: '/content_description', message: expect.any(String) }],
      });
    },
  );

  test('the table has at least 200 descriptions, of which 90 are Spanish', () => {
    expect(english.length + spanish.length + Object.values(rejected).flat().length).toBeGreaterThanOrEqual(200);
    expect(spanish.length).toBeGreaterThanOrEqual(90);
  });

  test.each([
    ['Sunset at the lake with three hashtags, please', { hashtags: 3 }],
    ['Atardecer en el lago, sin emojis y con dos hashtags', { hashtags: 2, emoji: false }],
    ['Sunset at the lake. No emojis. No hashtags.', { hashtags: 0, emoji: false }],
    ['My dog on the beach, in Spanish please', { language: 'es' }],
    ['Escribe en inglés un pie de foto sobre mi perro en la playa', { language: 'en' }],
    ['Write a caption in Spanish about a coffee on the terrace', { language: 'es' }],
  ] as const)('obey the instructions in %j', async (text, expected: { hashtags?: number; emoji?: boolean; language?: string }) => {
    const { captions, hashtags, language } = await write(text, { style: 'playful' });
    if (expected.hashtags !== undefined) expect(hashtags).toHaveLength(expected.hashtags);
    if (expected.emoji === false) expect(captions.join('')).not.toMatch(emoji);
    if (expected.language !== undefined) expect(language).toBe(expected.language);
    expect(captions.join(' ')).not.toMatch(/hashtag|emoji|spanish|inglés|caption|escribe|write/i);
  });

  test('differ from those that the request avoids', async () => {
    const text = 'Sunset over the beach with old friends';
    const { captions: first } = await write(text, { count: 3 });
    const { captions: second } = await write(text, { count: 3, avoid: first });
    expect(second.filter((caption) => first.includes(caption))).toEqual([]);
  });

  test('of each length are as long as their name says', async () => {
    const text = 'Sunset over the beach with old friends';
    const lengths = await Promise.all(
      (['short', 'medium', 'long'] as const).map(async (length) => (await write(text, { length })).captions.join('').length),
    );
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(new Set(lengths).size).toBe(3);
  });
});
