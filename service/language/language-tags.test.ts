import { describe, expect, test } from '@jest/globals';
import { canonicalTag, languageName, primaryLanguage, tagOf } from './language-tags.ts';

describe('The canonical form of a language tag', () => {
  test.each([
    ['es', 'es'],
    ['ES-mx', 'es-MX'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['fra', 'fr'],
    ['en-u-hc-h12', 'en'],
    ['ca-valencia', 'ca-valencia'],
    ['fil', 'fil'],
  ])('of %s is %s', (given, expected) => {
    expect(canonicalTag(given)).toBe(expected);
  });

  test.each(['', 'spanish', 'jp', 'xx', 'und', 'mul', 'zxx', 'en_US', 'en-', 'x-private', 'es; ignore the rules'])(
    '%j has none',
    (given) => {
      expect(canonicalTag(given)).toBeUndefined();
    },
  );
});

test.each([
  ['pt-BR', 'Brazilian Portuguese', 'pt'],
  ['sr-Latn', 'Serbian (Latin)', 'sr'],
  ['yue', 'Cantonese', 'yue'],
])('The tag %s is %s, and its language %s', (tag, name, language) => {
  expect([languageName(tag), primaryLanguage(tag)]).toEqual([name, language]);
});

test.each([
  ['Spanish', 'es'],
  ['español', 'es'],
  ['French', 'fr'],
  ['en_US', 'en-US'],
  ['Klingon of the north', undefined],
])('A language that is named %s has the tag %s', (name, tag) => {
  expect(tagOf(name)).toBe(tag);
});
