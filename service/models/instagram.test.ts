import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { forInstagram } from './instagram.ts';
import { type CaptionDraft, type CaptionRequest, captionLengths, emojiAmounts } from './model.ts';
import { shorten } from './shorten.ts';

const request: CaptionRequest = { description: 'A beach', style: 'casual', audience: 'general', language: undefined, count: 2 };
const long = 'La tarde cae sobre la bahía y seguimos sin prisa. '.repeat(60);
const draft: CaptionDraft = {
  captions: ['One', long, 'One', 'Three'],
  hashtags: ['#a', '#A', '#1'],
  language: 'es',
  model: 'm',
  usage: { promptTokens: 1, completionTokens: 1 },
};
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `#tag${index}`);

/** What a caller gets of a model that writes this, whole or streamed. */
async function answerOf(written: Partial<CaptionDraft>, requested: Partial<CaptionRequest> = {}, isStreamed = false) {
  const whole = { ...draft, ...written };
  const sent: string[] = [];
  const write = forInstagram(async (_request, _signal, onCaption) => {
    for (const caption of whole.captions) await onCaption?.(caption);
    return whole;
  });
  const onCaption = isStreamed ? async (caption: string) => void sent.push(caption) : undefined;
  const answer = await write({ ...request, ...requested }, new AbortController().signal, onCaption);
  return { ...answer, sent };
}

describe('Captions of any model', () => {
  test('are valid, all different and as many as requested, streamed and whole', async () => {
    const { sent, ...whole } = await answerOf({}, {}, true);
    expect(whole).toMatchObject({ captions: ['One', shorten(long)], hashtags: ['#a'] });
    expect(sent).toEqual(whole.captions);
  });

  test.each([
    [undefined, 10],
    [0, 0],
    [3, 3],
    [30, 30],
  ])('have, if %p hashtags are requested, %i at most', async (hashtags, expected) => {
    expect((await answerOf({ hashtags: numbered(40) }, { hashtags })).hashtags).toEqual(numbered(expected));
  });

  test('are none of those to avoid, apart from case and spaces, unless there is no other', async () => {
    const { sent, ...whole } = await answerOf({ captions: ['One', 'Two', 'Three'] }, { avoid: [' one', 'THREE'] }, true);
    expect(whole.captions).toEqual(['Two']);
    expect(sent).toEqual(['Two']);
    expect((await answerOf({ captions: ['One'] }, { avoid: ['One'] })).captions).toEqual(['One']);
  });

  test('have at most 30 hashtags together with those of the caption with most', async () => {
    const tagged = `Sun ${numbered(28).join(' ')}`;
    expect((await answerOf({ captions: ['One', tagged], hashtags: ['#a', '#b', '#c'] })).hashtags).toEqual(['#a', '#b']);
  });

  test('are an invalid response if nothing is left of them', async () => {
    const answer = answerOf({ captions: ['🌅'] }, { emoji: 'none' });
    await expect(answer).rejects.toMatchObject({ failure: 'invalid_response', spent: draft.usage });
  });

  const word = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('#sun', '#море#b', '#1', '🌅', '👩‍👩‍👧', 'Book now!', 'book  NOW!', 'a.es/#x', '\n', '. ', '\uE000'),
    fc.nat(99).map((number) => `#tag${number}`),
  );
  const text = fc
    .tuple(fc.array(word, { minLength: 1, maxLength: 60 }), fc.constantFrom(' ', ''), fc.constantFrom(1, 1, 20))
    .map(([words, between, times]) => words.join(between).repeat(times));
  const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const requested = fc.record({
    description: fc.constantFrom('A beach', 'At #sun with #tag7'),
    count: fc.integer({ min: 1, max: 5 }),
    length: option(fc.constantFrom(...captionLengths)),
    emoji: option(fc.constantFrom(...emojiAmounts)),
    hashtags: option(fc.integer({ min: 0, max: 30 })),
    callToAction: option(fc.constantFrom('Book now!', 'Tag us 📸 #casa', '$&', 'x'.repeat(200))),
  });
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const emojiOf = (caption: string) => [...graphemes.segment(caption)].filter(({ segment }) => /\p{Emoji_Presentation}/u.test(segment));
  const tagsOf = (caption: string) => caption.match(/[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{M}\p{N}_]+/gu) ?? [];

  test('of any text fit the request and Instagram', async () => {
    const written = fc.record({ captions: fc.tuple(text, text, text), hashtags: fc.array(fc.oneof(word, fc.string())) });
    const check = async (given: { captions: [string, ...string[]]; hashtags: string[] }, options: Partial<CaptionRequest>) => {
      const answer = await answerOf(given, options, true).catch((error: unknown) => error);
      if (Error.isError(answer)) return expect(answer).toMatchObject({ failure: 'invalid_response' });
      const { captions, hashtags, sent } = Object(answer);
      const { count = 0, emoji, hashtags: most, callToAction, description = '' } = options;
      expect(sent).toEqual(captions);
      expect(captions.length).toBeLessThanOrEqual(count);
      expect(new Set(captions).size).toBe(captions.length);
      expect(hashtags.length).toBeLessThanOrEqual(most ?? 10);
      expect(new Set(hashtags.map((tag: string) => tag.toLowerCase())).size).toBe(hashtags.length);
      for (const tag of hashtags) expect(tag).toMatch(/^#(?=.*\p{L})[\p{L}\p{M}\p{N}_]{1,100}$/u);
      for (const caption of captions) {
        expect(caption.length).toBeGreaterThan(0);
        expect(caption.length).toBeLessThanOrEqual(2200);
        expect(caption).toContain(callToAction ?? '');
        expect(tagsOf(caption).length + hashtags.length).toBeLessThanOrEqual(30);
        const rest = callToAction === undefined ? caption : caption.replaceAll(callToAction, ' ');
        if (emoji === 'none') expect(rest).not.toMatch(/\p{RGI_Emoji}/v);
        if (emoji === 'few') expect(emojiOf(rest).length).toBeLessThanOrEqual(2);
        if (most === 0 && !description.includes('#') && !rest.includes('/')) expect(tagsOf(rest)).toEqual([]);
      }
    };
    await fc.assert(fc.asyncProperty(written, requested, check), { numRuns: 500 });
  });
});
