import { expect, test } from '@jest/globals';
import { generateRequest } from '../../captions/schema.ts';
import { parseOptions, toBody } from './request.ts';

test('The body leaves out what was not chosen, and is valid', () => {
  const body = toBody(' A dog ', undefined, parseOptions(''));
  expect(body).toEqual({ content_description: 'A dog', style: 'casual', audience: 'general', client_id: 'studio', count: 3, hashtags: 10 });
  expect(generateRequest.safeParse(body).success).toBe(true);
});

test('A picture replaces the description', () => {
  const body = toBody('', 'data:image/png;base64,AAAA', parseOptions(''));
  expect(body).not.toHaveProperty('content_description');
  expect(body).toMatchObject({ image: 'data:image/png;base64,AAAA' });
});

test.each(['', '{', '{"style":"unknown"}', '[]', 'null'])('Unreadable options are the defaults: %p', (stored) => {
  expect(parseOptions(stored)).toMatchObject({ style: 'casual', hashtags: 10, language: '' });
});
