import { expect, test } from '@jest/globals';
import { preferredLanguage } from './translations.ts';

test.each([
  [['es-MX', 'en'], 'es'],
  [['fr', 'ES'], 'es'],
  [['de', 'fr'], 'en'],
  [[], 'en'],
  [['', 'toString', 'es'], 'es'],
])('of %p the page speaks %s', (tags, language) => {
  expect(preferredLanguage(tags)).toBe(language);
});
