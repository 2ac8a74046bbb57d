import { describe, expect, test } from '@jest/globals';
import { executeSync, getIntrospectionQuery, parse, validate } from 'graphql';
import { graphqlLimits } from '../../contract/endpoints/graphql-operations.ts';
import { minCpuMilliseconds } from '../testing/cpu.ts';
import { schema } from './executable-schema.ts';
import { checkLimits } from './limits.ts';

const times = (count: number, text: (index: number) => string) => Array.from({ length: count }, (_, index) => text(index)).join(' ');
const fragments = (count: number, text: (index: number) => string) =>
  times(count, (index) => `fragment F${index} on Model { ${text(index)} }`);
const check = (text: string) => checkLimits(parse(text, { maxTokens: graphqlLimits.tokens }));
const full = '{ name description args { name defaultValue } type { name kind ofType { name kind } } isDeprecated deprecationReason }';

/** Documents of any size that are expensive in different ways. */
const families: Readonly<Record<string, (size: number) => string>> = {
  'the same root field': (size) => `{ ${times(size, () => 'models { id }')} }`,
  'the same field': (size) => `{ models { ${times(size, () => 'id')} } }`,
  'the same fields in fields': (size) =>
    `{ ${times(size, () => 'models { id name description capabilities maxTokens contextTokens fallbackOnly healthy }')} }`,
  'fields under aliases': (size) => `{ ${times(size, (at) => `a${at}: systemMetrics { hostname cpuPercent }`)} }`,
  'the same fragment': (size) => `{ models { ${times(size, () => '...F0')} } } ${fragments(1, () => 'id name')}`,
  'different fragments': (size) => `{ models { ${times(size, (at) => `...F${at}`)} } } ${fragments(size, () => 'id name')}`,
  'fragments in fragments': (size) =>
    `{ models { ...F0 } } ${fragments(size, (at) => `id ...F${at + 1}`)} fragment F${size} on Model { id }`,
  'fragments without fields of their own': (size) =>
    `{ models { ...F0 } } ${fragments(size, (at) => `...F${at + 1}`)} fragment F${size} on Model { id }`,
  'inline fragments': (size) => `{ models { ${times(size, () => '... { id }')} } }`,
  'inline fragments in each other': (size) => `{ models ${'{ ... '.repeat(size)} { id } ${'}'.repeat(size)} }`,
  directives: (size) => `{ models { id ${times(size, () => '@skip(if: false)')} } }`,
  'fields with directives': (size) => `{ models { ${times(size, () => 'id @skip(if: false)')} } }`,
  'unknown fields': (size) => `{ models { ${times(size, (at) => `iD${at}`)} } }`,
  'unknown fields of an input': (size) => `mutation { processQuery(input: { ${times(size, (at) => `x${at}: 1`)} }) { result } }`,
  'lists in lists': (size) => `{ user(id: ${'['.repeat(size)}${']'.repeat(size)}) { username } }`,
  'unused variables': (size) => `query (${times(size, (at) => `$v${at}: Int`)}) { models { id } }`,
  operations: (size) => times(size, (at) => `query Q${at} { models { id } }`),
  'fields of every type': (size) => `{ __schema { types { ${times(size, (at) => `a${at}: fields ${full}`)} } } }`,
  'the schema under aliases': (size) => `{ ${times(size, (at) => `a${at}: __schema { types { name fields { name } } }`)} }`,
  'the same schema': (size) => `{ ${times(size, () => '__schema { types { name } }')} }`,
};

function isAccepted(text: string): boolean {
  try {
    check(text);
    return text.length <= graphqlLimits.characters;
  } catch {
    return false;
  }
}

/** The longest accepted document of a family. */
function longest(family: (size: number) => string): string {
  let least = 0;
  let most: number = graphqlLimits.tokens;
  while (least + 1 < most) {
    const middle = Math.floor((least + most) / 2);
    if (isAccepted(family(middle))) least = middle;
    else most = middle;
  }
  return family(least);
}

/** Parses and validates a document, and executes introspection. */
function processDocument(text: string): void {
  const document = parse(text);
  check(text);
  const errors = validate(schema, document, undefined, { maxErrors: graphqlLimits.errors });
  if (errors.length === 0 && text.includes('__schema')) JSON.stringify(executeSync({ schema, document }));
}

describe('checkLimits', () => {
  test('accepts the introspection query of GraphiQL', () => {
    expect(() => check(getIntrospectionQuery())).not.toThrow();
  });

  test.each([
    [`{ ${times(450, () => 'models { id }')} }`, 450 * 2 + 449 * graphqlLimits.repetitionCost],
    [`{ models { ${times(90, () => 'id')} id ...F } } fragment F on Model { id }`, 1 + 92 + 91 * graphqlLimits.repetitionCost],
  ])('counts each repetition of a field in %.40s…', (text, cost) => {
    expect(() => check(text)).toThrow(`cost is ${cost}; at most ${graphqlLimits.cost}`);
  });

  test('counts a fragment for each spread, in linear time', () => {
    const links = (count: number) => times(count, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`);
    expect(() => check(`{ ...F0 } ${links(60)} fragment F60 on Query { models { id } }`)).toThrow(/cost is \d+/);
    expect(() => check(`{ ...F0 } ${links(60)}`)).not.toThrow();
  });

  test('accepts no document that takes more than 5 times the CPU time of introspection', async () => {
    const introspection = await minCpuMilliseconds(() => processDocument(getIntrospectionQuery()), 10);
    for (const [name, family] of Object.entries(families)) {
      const text = longest(family);
      const ratio = (await minCpuMilliseconds(() => processDocument(text), 5)) / introspection;
      expect({ name, costly: ratio > 5 ? ratio : false }).toEqual({ name, costly: false });
    }
  });
});
