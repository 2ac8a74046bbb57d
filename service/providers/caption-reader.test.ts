import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createCaptionReader } from './caption-reader.ts';

/** Everything that a reader told of a text that came in pieces. */
function heard(pieces: readonly string[]): string[] {
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
  test('tells exactly the captions of any answer, wherever it is cut in two', () => {
    fc.assert(
      fc.property(texts, texts, fc.constantFrom(...frames), (captions, rest, frame) => {
        const text = frame(captions, rest);
        for (let at = 0; at <= text.length; at++) expect(heard([text.slice(0, at), text.slice(at)])).toEqual(captions);
      }),
      { numRuns: 40 },
    );
  });

  test('tells each caption with the piece that ends it', () => {
    const reader = createCaptionReader();
    expect(['{"captions": ["On', 'e", "Tw', 'o"', ', "Thr'].map(reader)).toEqual([[], ['One'], ['Two'], []]);
  });

  test('tells the same of single characters', () => {
    fc.assert(fc.property(texts, (captions) => expect(heard([...JSON.stringify({ captions })])).toEqual(captions)));
  });

  test('survives any text, and tells nothing of what is no object', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void heard([text])));
    expect(heard(['"captions": ["no"]'])).toEqual([]);
    expect(heard(['["captions", "no"]'])).toEqual([]);
  });

  test('stops at the first mistake, since the whole answer is then invalid', () => {
    expect(heard(['{"captions": ["good", "bad \\x", "more"]}'])).toEqual(['good']);
  });
});
