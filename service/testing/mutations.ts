import fc, { type Arbitrary } from 'fast-check';
import type * as z from 'zod';
import { validValues } from './arbitrary.ts';

/** Texts and values that programs are known to trip over. */
const nasty: readonly unknown[] = [
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
  /** Which of the places in the value; counted round. */
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap' | 'repeat';
  readonly value: unknown;
  readonly name: string;
}

type Place = { readonly holder: Map<string, unknown> | unknown[]; readonly key: string | number };

/** A value whose objects are maps, so that a field may have any name. */
function opened(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(opened);
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value).map(([key, inner]) => [key, opened(inner)])) : value;
}
/** `fromEntries` makes a field `__proto__` of its own, where an assignment would set the prototype. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  return value instanceof Map ? Object.fromEntries([...value].map(([key, inner]) => [key, closed(inner)])) : value;
}
function places(value: unknown): Place[] {
  if (Array.isArray(value)) return value.flatMap((inner, key) => [{ holder: value, key }, ...places(inner)]);
  return value instanceof Map ? [...value].flatMap(([key, inner]) => [{ holder: value, key }, ...places(inner)]) : [];
}
const get = ({ holder, key }: Place): unknown => (Array.isArray(holder) ? holder[Number(key)] : holder.get(String(key)));
function set({ holder, key }: Place, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key)] = value;
  else holder.set(String(key), value);
}

const changes: Readonly<Record<Change['kind'], (place: Place, change: Change) => void>> = {
  replace: (place, { value }) => set(place, opened(value)),
  remove: ({ holder, key }) => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : holder.delete(String(key))),
  add: ({ holder }, { name, value }) => void (Array.isArray(holder) ? holder.push(opened(value)) : holder.set(name, opened(value))),
  wrap: (place) => set(place, [get(place)]),
  repeat: (place) =>
    set(
      place,
      Array.from({ length: 20 }, () => get(place)),
    ),
};

function changed(value: unknown, list: readonly Change[]): unknown {
  const root = [opened(value)];
  for (const change of list) {
    const all = places(root);
    const place = all[change.place % Math.max(1, all.length)];
    if (place) changes[change.kind](place, change);
  }
  return closed(root[0]);
}

const change = (planted: string): Arbitrary<Change> =>
  fc.record({
    place: fc.nat(1000),
    kind: fc.constantFrom<Change['kind']>('replace', 'replace', 'remove', 'add', 'wrap', 'repeat'),
    value: fc.oneof(fc.constantFrom(...nasty, planted), fc.jsonValue()),
    name: fc.constantFrom(...names, planted),
  });

/** Values that fit a schema, and values that nearly do: something is missing, too much, of another type, nested, huge or odd. */
export function nearlyValidValues(schema: z.ZodType, planted: string): Arbitrary<unknown> {
  const fitting = validValues(schema, planted);
  return fc.oneof(
    { weight: 1, arbitrary: fitting },
    {
      weight: 6,
      arbitrary: fc.tuple(fitting, fc.array(change(planted), { minLength: 1, maxLength: 3 })).map(([value, list]) => changed(value, list)),
    },
    { weight: 1, arbitrary: fc.oneof(fc.jsonValue(), fc.constantFrom(...nasty)) },
  );
}

/** Texts of bodies: those values as JSON, some of them cut or with a character too much. */
export function requestBodies(schema: z.ZodType, planted: string): Arbitrary<string> {
  const text = nearlyValidValues(schema, planted).map((value) => JSON.stringify(value) ?? '');
  const damaged = fc.tuple(text, fc.nat(), fc.string({ maxLength: 3 })).map(([whole, at, more]) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + more + (at % 2 === 0 ? '' : whole.slice(place));
  });
  return fc.oneof({ weight: 12, arbitrary: text }, { weight: 1, arbitrary: damaged });
}
