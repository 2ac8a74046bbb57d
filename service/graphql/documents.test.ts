import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { createDocumentCache, withCode } from './documents.ts';
import { schema } from './executable-schema.ts';

const codesOf = (query: string) => {
  const prepared = createDocumentCache(schema)(query);
  return 'errors' in prepared ? prepared.errors.map(({ extensions }) => extensions.code) : [];
};

describe('the cache of documents', () => {
  test('parses and validates a text once', () => {
    const prepare = createDocumentCache(schema);
    expect(prepare('{ models { id } }')).toBe(prepare('{ models { id } }'));
    expect(prepare('{ models { name } }')).not.toBe(prepare('{ models { id } }'));
  });

  test('forgets the document that was not used for the longest time', () => {
    const prepare = createDocumentCache(schema);
    const [first, second] = [prepare('{ models { id } }'), prepare('{ models { name } }')];
    for (let index = 0; index < 99; index += 1) {
      prepare(`{ a${index}: models { id } }`);
      prepare('{ models { id } }');
    }
    expect(prepare('{ models { id } }')).toBe(first);
    expect(prepare('{ models { name } }')).not.toBe(second);
  });

  test('does not keep a document that is invalid', () => {
    const prepare = createDocumentCache(schema);
    expect(prepare('{ nope }')).not.toBe(prepare('{ nope }'));
  });

  test.each([
    ['{', 'GRAPHQL_PARSE_FAILED'],
    ['{ nope }', 'GRAPHQL_VALIDATION_FAILED'],
    ['fragment F on Model { id }', 'GRAPHQL_VALIDATION_FAILED'],
    [`{ ${'a: models { id } '.repeat(30)} }`, 'invalid_request'],
  ])('rejects %s with the code %s', (query, code) => expect(codesOf(query)).toEqual([code]));

  test('reports the position of an error', () => {
    const prepared = createDocumentCache(schema)('{\n  nope\n}');
    expect('errors' in prepared && prepared.errors[0]?.toJSON()).toMatchObject({ locations: [{ line: 2, column: 3 }] });
  });
});

test('an error keeps a code of its own', () => {
  expect(withCode(new GraphQLError('x', { extensions: { code: 'own' } }), 'BAD_REQUEST').extensions).toEqual({ code: 'own' });
});
