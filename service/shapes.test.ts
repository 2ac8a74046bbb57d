import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { invalidBody } from './http/route.ts';
import type { Shape } from './http/shape.ts';
import { timestamp } from './http/timestamp.ts';
import { shapes } from './shapes.ts';

const all: readonly (readonly [string, Shape])[] = Object.entries(shapes);

/** Every schema within a JSON schema, itself included. */
function* within(schema: unknown): Generator<object> {
  if (typeof schema !== 'object' || schema === null) return;
  yield schema;
  for (const inner of Object.values(schema)) yield* within(inner);
}
const isUnbounded = (schema: object) => 'type' in schema && schema.type === 'array' && !('maxItems' in schema);

test('No list of a body is without a longest: each wrong item of it would cost some memory', () => {
  const unbounded = all.filter(([, { body }]) =>
    [...within(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }))].some(isUnbounded),
  );
  expect(unbounded.map(([name]) => name)).toEqual([]);
});

test('A response lists at most a hundred invalid fields', () => {
  const fields = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field${index}`, 1]));
  const { error } = z.strictObject({ items: z.array(z.string()) }).safeParse({ items: Array.from({ length: 1000 }, () => 0), ...fields });
  expect(error && invalidBody(error).errors).toHaveLength(100);
  const { error: unknown } = z.strictObject({}).safeParse(fields);
  expect(unknown && invalidBody(unknown).errors).toHaveLength(100);
});

test('A moment is one that the database can hold', () => {
  const moments = [
    '0000-12-31T23:59:59Z',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59Z',
    '9999-12-31T23:59:59-01:00',
    'x',
  ];
  expect(moments.map((text) => timestamp.safeParse(text).success)).toEqual([false, true, false, true, false, false]);
});
