import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { languages } from '../../language/languages.ts';
import { audiences, type CaptionRequest, captionLengths, emojiAmounts, styles } from '../../models/model.ts';
import { testCard } from '../../testing/models.ts';
import { createOfflineModel } from './offline.ts';

const model = createOfflineModel(testCard({ id: 'offline' }));
const base: CaptionRequest = { description: '', style: 'casual', audience: 'general', language: undefined, count: 3 };
const write = (description: string, rest: Partial<CaptionRequest> = {}) =>
  model.writeCaptions({ ...base, description, ...rest }, new AbortController().signal);

describe('The offline model', () => {
  test('says that it is the offline model', async () => expect((await write('coffee')).model).toContain('offline'));

  test('translates if the other language is requested', async () => {
    const spanish = await write('Sunset over the beach in Cádiz with old friends', { language: 'es' });
    expect(spanish.language).toBe('es');
    expect(spanish.captions[0].toLowerCase()).toContain('atardecer sobre la playa en cádiz con viejos amigos');
    expect(spanish.hashtags).toEqual(expect.arrayContaining(['#Atardecer', '#Playa', '#Amigos']));
    const english = await write('Dos gatos en el sofá', { language: 'en' });
    expect(english.captions[0].toLowerCase()).toContain('two cats on the sofa');
  });

  test('keeps to the language of the description, and names it, if it cannot translate all of it', async () => {
    const { captions, language } = await write('Homemade lasagna fresh out of the oven', { language: 'es' });
    expect(language).toBe('en');
    expect(captions[0]).toMatch(/^Homemade lasagna fresh out of the oven/);
  });

  test.each([
    ['iPhone on a wooden table', /^iPhone on a wooden table/],
    ['BEACH DAY WITH FRIENDS IN MADRID', /^Beach day with friends in Madrid/],
    ['¡Por fin vacaciones! Maletas listas', /^¡Por fin vacaciones! Maletas listas\. /],
    ['¿Quién viene a la playa?', /^¿Quién viene a la playa\? [^.]/],
    ['@maria bakes bread', /^@maria bakes bread\. /],
    ['“the best day”, she said', /^“The best day”, she said\. /],
  ])('starts a caption about "%s" as a person would', async (text, start) =>
    expect((await write(text, { style: 'inspirational' })).captions[0]).toMatch(start),
  );

  test('writes a text of 2,000 characters completely', async () => {
    const text = 'We walked along the river and talked about everything. '.repeat(40).slice(0, 1999);
    expect((await write(text, { length: 'long' })).captions[0]).toContain(text.slice(0, 1990));
  });

  test('adds a line for its audience', async () =>
    expect((await write('paella', { audience: 'food' })).captions[0]).toMatch(/hungry|seconds|hambre|repetir/));

  test('stops when the caller has left', async () => {
    await expect(model.writeCaptions({ ...base, description: 'coffee' }, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  });

  test('gives every text, however odd, as many different captions as requested and valid hashtags, or says what to do', async () => {
    const request = fc.record({
      description: fc.oneof(
        fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' }),
        fc.string({ minLength: 1, maxLength: 200, unit: 'binary' }),
        fc.lorem({ maxCount: 30 }),
        fc
          .array(fc.constantFrom('the', 'dog', 'on', 'beach', '!', 'war', '@ana', '#sol', '12:30', 'no', '\n', '🌅'), { minLength: 1 })
          .map((words) => words.join(' ')),
      ),
      style: fc.constantFrom(...styles),
      audience: fc.constantFrom(...audiences),
      language: fc.constantFrom(undefined, ...languages),
      length: fc.constantFrom(undefined, ...captionLengths),
      emoji: fc.constantFrom(undefined, ...emojiAmounts),
      hashtags: fc.constantFrom(undefined, 0, 3, 30),
      count: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(request, async (given) => {
        const draft = await model.writeCaptions(given, new AbortController().signal).catch((error: unknown) => {
          expect(error).toMatchObject({ code: 'unusable_description', status: 422, detail: expect.stringMatching(/\w/) });
        });
        if (!draft) return;
        expect(new Set(draft.captions).size).toBe(given.count);
        for (const caption of draft.captions) expect(caption.trim()).not.toBe('');
        for (const tag of draft.hashtags) expect(tag).toMatch(/^#[\p{L}\p{M}\p{N}]+$/u);
        expect(draft.hashtags.length).toBeLessThanOrEqual(given.hashtags ?? 8);
        expect(new Set(draft.hashtags.map((tag) => tag.toLowerCase())).size).toBe(draft.hashtags.length);
        expect(await model.writeCaptions(given, new AbortController().signal)).toEqual(draft);
      }),
      { numRuns: 300 },
    );
  });
});
