import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cutCaption, forInstagram, validHashtags } from './instagram.ts';
import type { CaptionRequest } from './model.ts';

const request: CaptionRequest = { description: 'A beach', style: 'casual', audience: 'general', language: undefined, count: 2 };
const sentence = 'La tarde cae sobre la bahía y seguimos sin prisa. ';

describe('A caption', () => {
  test('of 2,200 characters stays', () => {
    const longest = 'a'.repeat(2200);
    expect(cutCaption(longest)).toBe(longest);
  });

  test('that is longer ends after a sentence', () => {
    const cut = cutCaption(sentence.repeat(60));
    expect(cut.length).toBeLessThanOrEqual(2200);
    expect(cut).toBe(sentence.repeat(44).trim());
  });

  test('without sentences ends after a word, with an ellipsis', () => {
    const cut = cutCaption('atardecer '.repeat(300));
    expect(cut.length).toBeLessThanOrEqual(2200);
    expect(cut).toMatch(/ atardecer…$/);
  });

  test('without words ends between two characters, even of emojis', () => {
    const family = '👩‍👩‍👧';
    const cut = cutCaption(family.repeat(500));
    expect(cut).toBe(`${family.repeat(274)}…`);
  });

  test('of any text is at most 2,200 characters long, and not empty', () => {
    const text = fc
      .array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1, maxLength: 20 })
      .map((parts) => parts.join(' ').repeat(80));
    fc.assert(
      fc.property(text, (caption) => {
        expect(cutCaption(caption).length).toBeLessThanOrEqual(2200);
        expect(cutCaption(caption) === '').toBe(caption.trim() === '');
      }),
    );
  });
});

describe('Hashtags', () => {
  test.each([
    ['of digits only are dropped', ['#2024', '#verano2024'], ['#verano2024']],
    ['of one word stay', ['#Cádiz', 'playa', '##sol'], ['#Cádiz', '#playa', '#sol']],
    ['lose hyphens and other signs', ['#guión-bajo', '#sun!', '#a.b', '#under_score'], ['#guiónbajo', '#sun', '#ab', '#under_score']],
    ['in one text are two', ['#sun #beach', 'sea, sand'], ['#sun', '#beach', '#sea', '#sand']],
    ['with a space inside are one word', ['#red bike'], ['#redbike']],
    ['that differ in case only are one', ['#Sun', '#sun', '#SUN'], ['#Sun']],
    ['that differ in accents are two, as on Instagram', ['#papa', '#papá'], ['#papa', '#papá']],
    ['in two Unicode forms are one', ['#Cádiz', '#Ca\u0301diz'], ['#Cádiz']],
    ['longer than 100 characters are dropped', [`#${'x'.repeat(101)}`, `#${'y'.repeat(100)}`], [`#${'y'.repeat(100)}`]],
    ['without a letter are dropped', ['#', '#_', '', '#🌊', '# '], []],
    ['in other scripts stay', ['#海', '#море'], ['#海', '#море']],
  ])('%s', (_, given, expected) => {
    expect(validHashtags(given)).toEqual(expected);
  });

  test('are at most ten', () => {
    expect(validHashtags(Array.from({ length: 40 }, (_, index) => `#tag${index}`))).toHaveLength(10);
  });
});

describe('Captions of any model', () => {
  const long = sentence.repeat(60);
  const draft = {
    captions: ['One', long, 'One', 'Three'],
    hashtags: ['#a', '#A', '#1'],
    language: 'es',
    model: 'm',
    usage: { promptTokens: 1, completionTokens: 1 },
  } as const;
  test('are valid, all different and as many as requested, streamed and whole', async () => {
    const write = forInstagram(async (_request, _signal, onCaption) => {
      for (const caption of draft.captions) await onCaption?.(caption);
      return draft;
    });
    const sent: string[] = [];
    const whole = await write(request, new AbortController().signal, async (caption) => void sent.push(caption));
    expect(whole).toMatchObject({ captions: ['One', cutCaption(long)], hashtags: ['#a'] });
    expect(sent).toEqual(whole.captions);
  });

  test('have at most 30 hashtags together with those of the longest caption', async () => {
    const tagged = `Sun ${Array.from({ length: 28 }, (_, index) => `#tag${index}`).join(' ')}`;
    const write = forInstagram(async () => ({ ...draft, captions: ['One', tagged], hashtags: ['#a', '#b', '#c'] }));
    expect((await write(request, new AbortController().signal)).hashtags).toEqual(['#a', '#b']);
  });
});
