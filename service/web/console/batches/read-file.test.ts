import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fieldsOf, fieldsOfColumns, itemsOf, problemsOf, readContent, validItems } from './read-file.ts';

const defaults = { style: 'casual', audience: 'general', client_id: 'console' };
function read(name: string, text: string, kind: 'generate' | 'query' = 'generate') {
  const content = readContent(name, text);
  if ('problem' in content) throw new Error(content.problem);
  const fields = content.type === 'csv' ? fieldsOfColumns(content.header, kind) : [];
  return itemsOf(content, { kind, defaults: kind === 'generate' ? defaults : {}, fields });
}

describe('a CSV file', () => {
  test('becomes items by the names of its columns, with numbers where the field is a number', () => {
    const items = read('posts.csv', 'Content description,Style,Count,Note\r\n"A dog, running",playful,2,mine\r\n5,,,\r\n\r\n');
    expect(items).toEqual([
      { kind: 'generate', ...defaults, content_description: 'A dog, running', style: 'playful', count: 2 },
      { kind: 'generate', ...defaults, content_description: '5' },
    ]);
    expect(problemsOf(items)).toEqual([]);
    expect(validItems(items)).toEqual(items);
  });

  test('becomes queries, with truth values', () => {
    expect(read('q.csv', 'query,execute\nWhat is 6 * 7?,TRUE\n', 'query')).toEqual([
      { kind: 'query', query: 'What is 6 * 7?', execute: true },
    ]);
  });

  test('may contain items of both kinds in a column', () => {
    const items = read('posts.csv', 'kind,content_description\ngenerate,A dog\nquery,x\n');
    expect(items[1]).toEqual({ kind: 'query', content_description: 'x' });
  });

  test('has problems with row and field', () => {
    const items = read('posts.csv', 'content_description,style,count\nA dog,loud,2\nA cat,casual,9\n');
    expect(problemsOf(items)).toMatchObject([
      { row: 1, field: 'style' },
      { row: 2, field: 'count', message: 'Too big: expected number to be <=5' },
    ]);
  });

  test('maps the first of two columns of the same name, and no unknown one', () => {
    expect(fieldsOfColumns(['Style', 'style', 'other', ' CLIENT-ID '], 'generate')).toEqual(['style', '', '', 'client_id']);
    expect(fieldsOf('query')).toContain('query');
  });
});

describe('a JSON file', () => {
  const item = { content_description: 'A dog' };
  test.each([
    ['an array', JSON.stringify([item])],
    ['the body of a request', JSON.stringify({ items: [item] })],
    ['JSON Lines', `${JSON.stringify(item)}\n\n`],
  ])('may be %s', (_what, text) => expect(read('x.json', text)).toEqual([{ kind: 'generate', ...defaults, ...item }]));

  test('has a problem in a row that is no object', () => expect(problemsOf(read('x.json', '[1]'))).toMatchObject([{ row: 1 }]));
});

test.each([
  ['', { problem: 'empty' }],
  ['content_description\n', { problem: 'empty' }],
  ['[]', { problem: 'empty' }],
  ['a\n"b', { problem: 'unclosedQuote' }],
  ['{"a":1}\n{"a":', { problem: 'invalidJson', line: 2 }],
  ['[1,2', { problem: 'invalidJson', line: 1 }],
  [`a\n${'x\n'.repeat(10_001)}`, { problem: 'tooManyItems' }],
  [JSON.stringify(Array.from({ length: 10_001 }, () => 1)), { problem: 'tooManyItems' }],
])('a file that cannot be used has a reason', (text, problem) => expect(readContent('file.txt', text)).toEqual(problem));

test('every text is read or has a reason', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', 'a', ':', ',', '\n', '1') }), (text) => {
      const content = readContent('x', text);
      if ('problem' in content) return;
      const items = itemsOf(content, { kind: 'generate', defaults, fields: content.type === 'csv' ? content.header : [] });
      expect(problemsOf(items).every(({ row }) => row >= 1 && row <= items.length)).toBe(true);
    }),
  );
});
