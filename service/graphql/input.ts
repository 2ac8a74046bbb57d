import type * as z from 'zod';
import { invalidBody } from '../http/route.ts';

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An input object as REST names its fields; what is null counts as not given. */
const asRest = (input: object) =>
  Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[snake(name), value]])),
  );

/**
 * An input object, checked by the schema of the same request in REST.
 * @throws {Problem} `invalid_request`, with the fields that do not fit
 */
export function parseInput<S extends z.ZodType>(schema: S, input: object): z.output<S> {
  const parsed = schema.safeParse(asRest(input));
  if (!parsed.success) throw invalidBody(parsed.error);
  return parsed.data;
}
