import { expect, test } from '@jest/globals';
import { findingsIn } from './language/findings.ts';
import { findingsBelow } from './language/tree.ts';

test('the tree is written in the words of the field', () => {
  const left = findingsBelow('');
  expect(left.map(({ path, line, word, use }) => `${path}:${line} ${word} -> ${use}`)).toEqual([]);
});

test.each([
  '/** A value is dear: of all processes on one Redis, one makes it and the others wait. */',
  '/** What nobody waited for is told. */',
  '// A server that stands behind a proxy.',
  "throw new Error('the Secret lacks a key');",
  'const whoeverHasTheTurn = 1;',
  'const standIn = true;',
  "test('a model that met silence is left alone', () => {});",
  "log.info('release taken back');",
  'export interface Seat {}',
  'function createParts(outside: Outside): Parts {}',
  '/** Guide row CI-03. */',
  '/** Mends what was taken for dead. */',
])('rejects %s', (sentence) => expect(findingsIn('service/sample.ts', sentence)).not.toEqual([]));

test.each([
  '/** Returns the lock to the process that requested it first. */',
  'const request = new IncomingMessage(socket); // holds the response until the drain ends',
  "throw new Error('connect ECONNREFUSED: connection refused');",
  '// Standard output stays silent; standby replicas are outside of this rule.',
  'const understanding = broadcast(parts, hold);',
])('accepts %s', (sentence) => expect(findingsIn('service/sample.ts', sentence)).toEqual([]));
