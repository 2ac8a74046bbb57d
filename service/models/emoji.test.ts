import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { limitEmoji } from './emoji.ts';

const withoutEmoji = (text: string) => limitEmoji(text, 0);

describe('A text without emoji', () => {
  test.each([
    ['ends where the words end', 'Sun over the sea 🌅🌊', 'Sun over the sea'],
    ['starts where the words start', '☀️ Good morning', 'Good morning'],
    ['has one space between words', 'Sun ☀️ and 🌊 sea', 'Sun and sea'],
    ['has no space before punctuation', 'Sun 🌅. Sea 🌊!', 'Sun. Sea!'],
    ['keeps words apart', 'Sun🌅sea', 'Sun sea'],
    ['keeps lines', '✨ One\n🎉 Two 🎉\n\n🔥', 'One\nTwo\n\n'],
    ['has no part of a sequence', 'Family 👩‍👩‍👧‍👦 flag 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇪🇸 hand 👍🏽', 'Family flag hand'],
    ['has no heart with or without selector', 'Love ❤ and ❤️', 'Love and'],
    ['keeps digits, hashes and asterisks', 'We are #1 of 24* at 7', 'We are #1 of 24* at 7'],
    ['keeps the digit of a keycap', '1️⃣ Mix', '1 Mix'],
    ['keeps signs of text', 'Leyenda™ © 2026 ★★★ 5€ → Cádiz ½', 'Leyenda™ © 2026 ★★★ 5€ → Cádiz ½'],
    ['keeps joiners of other scripts', 'क्‍ष می‌خواهم', 'क्‍ष می‌خواهم'],
    ['is empty if there is nothing else', '🌅 🌊', ''],
  ])('%s', (_, given, expected) => {
    expect(withoutEmoji(given)).toBe(expected);
  });

  test('has none and is the same again', () => {
    const emoji = fc.constantFrom('🌅', '☀️', '👩‍👩‍👧', '🇪🇸', '👍🏽', '❤', '1️⃣', '\u200D', '\uFE0F', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '\u{1FAE8}');
    const text = fc.array(fc.oneof(emoji, fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        const without = withoutEmoji(given);
        expect(without).not.toMatch(/\p{RGI_Emoji}|\p{Emoji_Presentation}/v);
        expect(withoutEmoji(without)).toBe(without);
      }),
    );
  });
});

describe('A text with two emoji', () => {
  test.each([
    ['keeps the first two', 'Sun ☀️, sea 🌊, sand 🏖️.', 'Sun ☀️, sea 🌊, sand.'],
    ['keeps two of those side by side', 'Party 🎉🎉🎉🎉 now 🥳', 'Party 🎉🎉 now'],
    ['keeps whole sequences', '👩‍👩‍👧‍👦👍🏽🔥 fire', '👩‍👩‍👧‍👦👍🏽 fire'],
    ['stays if it has no more', '☀️  1️⃣  Sun', '☀️  1️⃣  Sun'],
  ])('%s', (_, given, expected) => {
    expect(limitEmoji(given, 2)).toBe(expected);
  });
});
