import { expect, test } from '@jest/globals';
import { withTopic } from './with-topic.ts';

test.each([
  ['', 'Screening', 'Screening'],
  ['A mobile unit ', 'Screening', 'A mobile unit, Screening'],
  ['Free screening in May', 'Screening', 'Free screening in May'],
])('a topic is added to the description %j', (description, topic, expected) => expect(withTopic(description, topic)).toBe(expected));
