import { expect, test } from '@jest/globals';
import { detailsText, matches } from './details.ts';

test.each([
  [null, ''],
  [{ role: 'Developer', email: 'changed' }, 'role: Developer; email: changed'],
  [{ permissions: ['Read', 'Write'], user_id: null }, 'permissions: Read, Write'],
  [{ quota: { requests: 5, window_seconds: 60 } }, 'quota: (requests: 5; window_seconds: 60)'],
  ['text', 'text'],
])('details are one line of text: %j', (details, text) => expect(detailsText(details)).toBe(text));

test('a user has its name, if it is known', () => {
  expect(detailsText({ user_id: 'b4c6' }, (id) => ({ b4c6: 'ada' })[id])).toBe('user_id: ada');
  expect(detailsText({ user_id: 'ffff' }, () => undefined)).toBe('user_id: ffff');
});

test('a filter finds all of its words in any order, ignoring case and accents', () => {
  expect(matches(['Sesión cerrada', 'ada'], 'ADA sesion')).toBe(true);
  expect(matches(['Sesión cerrada', 'ada'], 'bob')).toBe(false);
  expect(matches(['x'], '')).toBe(true);
});
