import fc, { type Arbitrary } from 'fast-check';
import type * as z from 'zod';
import { validValues } from './arbitrary.ts';

/** Values that are known to break programs. */
const difficult: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  '\0',
  '\u{FFFF}\u{D800}',
  '🏖️'.repeat(500),
  'x'.repeat(20_000),
  '__proto__',
  'constructor',
  "'; drop table users; --",
  '```js\nwhile (true) {}\n```',
  [],
  {},
  [[[[[[]]]]]],
  { $ref: '#' },
  Array.from({ length: 300 }, () => null),
  JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`),
];
const names = ['__proto__', 'constructor', 'toString', 'password', 'id', '', '🏖️', '$where', 'a.b'];

/** One change somewhere in a value. */
interface Change {
  /** Index of the position in the value, modulo their number. */
  readonly position: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap' | 'repeat';
  readonly value: unknown;
  readonly name: string;
}

type Position = { readonly holder: Map<string, unknown> | unknown[]; readonly key: string | number };

/** Converts objects to maps, whose keys can have any name. */
function toMaps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toMaps);
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value).map(([key, inner]) => [key, toMaps(inner)])) : value;
}
/** Converts maps to objects. `fromEntries` creates an own field `__proto__`; an assignment would set the prototype. */
function toObjects(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toObjects);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, inner]) => [key, toObjects(inner)])) : value;
}
function positions(value: unknown): Position[] {
  if (Array.isArray(value)) return value.flatMap((inner, key) => [{ holder: value, key }, ...positions(inner)]);
  return value instanceof Map ? [...value].flatMap(([key, inner]) => [{ holder: value, key }, ...positions(inner)]) : [];
}
const get = ({ holder, key }: Position): unknown => (Array.isArray(holder) ? holder[Number(key)] : holder.get(String(key)));
function set({ holder, key }: Position, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder.set(String(key), value);
}

const changes: Readonly<Record<Change['kind'], (position: Position, change: Change) => void>> = {
  replace: (position, { value }) => set(position, toMaps(value)),
  remove: ({ holder, key }) => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : holder.delete(String(key))),
  add: ({ holder }, { name, value }) => void (Array.isArray(holder) ? holder.push(toMaps(value)) : holder.set(name, toMaps(value))),
  wrap: (position) => set(position, [get(position)]),
  repeat: (position) =>
    set(
      position,
      Array.from({ length: 20 }, () => get(position)),
    ),
};

function changed(value: unknown, list: readonly Change[]): unknown {
  const root = [toMaps(value)];
  for (const change of list) {
    const all = positions(root);
    const position = all[change.position % Math.max(1, all.length)];
    if (position) changes[change.kind](position, change);
  }
  return toObjects(root[0]);
}

const change = (planted: string): Arbitrary<Change> =>
  fc.record({
    position: fc.nat(1000),
    kind: fc.constantFrom<Change['kind']>('replace', 'replace', 'remove', 'add', 'wrap', 'repeat'),
    value: fc.oneof(fc.constantFrom(...difficult, planted), fc.jsonValue()),
    name: fc.constantFrom(...names, planted),
  });

/** Values that match a schema, and values with a missing, additional, mistyped, nested, huge or unusual part. */
export function nearlyValidValues(schema: z.ZodType, planted: string): Arbitrary<unknown> {
  const valid = validValues(schema, planted);
  return fc.oneof(
    { weight: 1, arbitrary: valid },
    {
      weight: 6,
      arbitrary: fc.tuple(valid, fc.array(change(planted), { minLength: 1, maxLength: 3 })).map(([value, list]) => changed(value, list)),
    },
    { weight: 1, arbitrary: fc.oneof(fc.jsonValue(), fc.constantFrom(...difficult)) },
  );
}

/** Request bodies: those values as JSON, some of them truncated or with additional characters. */
export function requestBodies(schema: z.ZodType, planted: string): Arbitrary<string> {
  const text = nearlyValidValues(schema, planted).map((value) => JSON.stringify(value) ?? '');
  const damaged = fc.tuple(text, fc.nat(), fc.string({ maxLength: 3 })).map(([whole, at, more]) => {
    const position = at % (whole.length + 1);
    return whole.slice(0, position) + more + (at % 2 === 0 ? '' : whole.slice(position));
  });
  return fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: damaged });
}
