import { describe, expect, test } from '@jest/globals';
import { newSource } from '../../../news/sources/schema.ts';
import { candidateOf, type Draft, emptyDraft, toSource } from './draft.ts';

const draft: Draft = { ...emptyDraft, name: ' Salud ', url: 'https://salud.example.com/rss ', country: 'mx', legal_basis: 'public_feed' };

describe('The form of a source', () => {
  test('makes a source that the API accepts, with null for what was left empty', () => {
    expect(newSource.parse(toSource(draft))).toMatchObject({
      name: 'Salud',
      url: 'https://salud.example.com/rss',
      selectors: null,
      language: null,
      country: 'MX',
      terms_url: null,
      legal_basis: 'public_feed',
    });
  });

  test('sends selectors of a page only', () => {
    const selectors = { ...draft.selectors, item: 'article', link: ' h2 a ' };
    expect(toSource({ ...draft, kind: 'page', selectors }).selectors).toEqual({ item: 'article', link: 'h2 a' });
    expect(toSource({ ...draft, selectors }).selectors).toBeNull();
  });

  test.each([
    ['without an address', { url: '' }],
    ['while the address is being typed', { url: 'https://' }],
    ['of a page without the selector of its entries', { kind: 'page' }],
    ['with an interval that is no number', { interval_minutes: 'often' }],
  ] as const)('cannot be checked %s', (_, change) => {
    expect(candidateOf({ ...draft, ...change })).toBeUndefined();
  });

  test('can be checked before it has a name', () => {
    expect(candidateOf({ ...draft, name: '' })).toMatchObject({ url: 'https://salud.example.com/rss', kind: 'feed' });
  });
});
