import { expect, test } from '@jest/globals';
import { countsOf, postText } from './post.ts';

test('A post has the caption and the hashtags that the caption does not contain, ignoring case', () => {
  expect(postText('At the #Beach.', ['#beach', '#Sun'])).toBe('At the #Beach.\n\n#Sun');
  expect(postText('At the #Beach.', ['#beach'])).toBe('At the #Beach.');
});

test('Characters and hashtags are counted as Instagram does', () => {
  expect(countsOf('☀️ #sol #Cádiz, 50 % # ##x')).toEqual({ characters: 26, hashtags: 3 });
});
