import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createCaptionReader } from './caption-reader.ts';
import { captionOf } from './caption-text.ts';

/** The captions that a reader finds in a text in pieces. */
function captionsIn(pieces: readonly string[]): string[] {
  const reader = createCaptionReader();
  return pieces.flatMap((piece) => reader(piece));
}

/** Without signs only. */
const read = (captions: readonly string[]) => captions.flatMap((caption, position) => captionOf(caption, position) ?? []);

const texts = fc.array(fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('"captions": ["no"]', '\\', '"', '{', ']', 'Olé 🌊')));
const frames: readonly ((captions: readonly string[], rest: readonly string[]) => string)[] = [
  (captions, hashtags) => JSON.stringify({ captions, hashtags, language: 'en' }),
  (captions, hashtags) => JSON.stringify({ language: 'captions', hashtags, captions }, null, 2),
  (captions, hashtags) => `\`\`\`json\n${JSON.stringify({ captions, more: { captions: hashtags, deep: [hashtags] } })}\n\`\`\``,
  (captions) => `Sure, "here" you are: ${JSON.stringify({ captions })}`,
];

describe('The reader of captions', () => {
  test('returns exactly the captions of any answer, wherever it is split', () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(...frames), (captions, rest, frame) => {
        const text = frame(captions, rest);
        for (let at = 0; at <= text.length; at++) expect(captionsIn([text.slice(0, at), text.slice(at)])).toEqual(read(captions));
      }),
      { numRuns: 40 },
    );
  });

  test('returns each caption with the piece that completes it', () => {
    const reader = createCaptionReader();
    expect(['{"captions": ["On', 'e", "Tw', 'o"', ', "Thr'].map(reader)).toEqual([[], ['One'], ['Two'], []]);
  });

  test('returns the same for single characters', () => {
    fc.assert(fc.property(texts, (captions) => expect(captionsIn([...JSON.stringify({ captions })])).toEqual(read(captions))));
  });

  test('accepts any text, and returns nothing if it is not an object', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void captionsIn([text])));
    expect(captionsIn(['"captions": ["no"]'])).toEqual([]);
    expect(captionsIn(['["captions", "no"]'])).toEqual([]);
  });

  test('stops at the first mistake, since the whole answer is then invalid', () => {
    expect(captionsIn(['{"captions": ["good", "bad \\x", "more"]}'])).toEqual(['good']);
  });

  test.each([
    ['a code fence', '```json\n'],
    ['braces in prose', 'Sure {name}, here you are {"note": "as requested"}:\n'],
    ['reasoning with a draft', 'Well. <think>Maybe {"captions": ["draft"]}?</think>'],
    ['reasoning whose opening tag is missing', `${'They want captions. '.repeat(20)}{"captions": ["draft"]}</think>`],
  ])('skips %s before the answer, wherever it is split', (_, before) => {
    const text = `${before}{"captions": ["One", {"text": "Two"}], "hashtags": []}`;
    for (let at = 0; at <= text.length; at++) expect(captionsIn([text.slice(0, at), text.slice(at)])).toEqual(['One', 'Two']);
  });

  test('leaves captions behind long prose to the end: they may be a draft', () => {
    expect(captionsIn([`${'They want captions. '.repeat(20)}{"captions": ["draft"]}`])).toEqual([]);
  });

  test('leaves captions of other forms to the end', () => {
    expect(captionsIn(['{"captions": {"text": "One", "style": "casual"}}'])).toEqual([]);
    expect(captionsIn(['{"captions": "One"}'])).toEqual([]);
  });

  test('finds captions one object deeper', () => {
    expect(captionsIn(['{"result": {"captions": ["One", "Two"]}}'])).toEqual(['One', 'Two']);
  });
});
