import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createCaptionReader } from './caption-reader.ts';

/** The captions that a reader finds in a text in pieces. */
function captionsIn(pieces: readonly string[]): string[] {
  const reader = createCaptionReader();
  return pieces.flatMap((piece) => reader(piece));
}

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
        for (let at = 0; at <= text.length; at++) expect(captionsIn([text.slice(0, at), text.slice(at)])).toEqual(captions);
      }),
      { numRuns: 40 },
    );
  });

  test('returns each caption with the piece that completes it', () => {
    const reader = createCaptionReader();
    expect(['{"captions": ["On', 'e", "Tw', 'o"', ', "Thr'].map(reader)).toEqual([[], ['One'], ['Two'], []]);
  });

  test('returns the same for single characters', () => {
    fc.assert(fc.property(texts, (captions) => expect(captionsIn([...JSON.stringify({ captions })])).toEqual(captions)));
  });

  test('accepts any text, and returns nothing if it is not an object', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void captionsIn([text])));
    expect(captionsIn(['"captions": ["no"]'])).toEqual([]);
    expect(captionsIn(['["captions", "no"]'])).toEqual([]);
  });

  test('stops at the first mistake, since the whole answer is then invalid', () => {
    expect(captionsIn(['{"captions": ["good", "bad \\x", "more"]}'])).toEqual(['good']);
  });
});
