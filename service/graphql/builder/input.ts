import * as z from 'zod';
import { Problem } from '../../http/problem.ts';
import { invalidBody } from '../../http/route.ts';

/** The REST name of a field. */
export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** An input object with the field names of REST; null counts as absent. */
export const toRestInput = (input: object) =>
  Object.fromEntries(
    Object.entries(input).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[snake(name), value]])),
  );

/**
 * Validates an input object with the schema of the same request in REST.
 * @throws {Problem} `invalid_request`, with the fields that failed
 */
export function parseInput<S extends z.ZodType>(schema: S, input: object): z.output<S> {
  const parsed = schema.safeParse(toRestInput(input));
  if (!parsed.success) throw invalidBody(parsed.error);
  return parsed.data;
}

const uuid = z.uuid();

/**
 * Validates the id of an object.
 * @throws {Problem} `not_found` if it is no UUID: no object can have it
 */
export function parseId(id: string | number): string {
  const parsed = uuid.safeParse(String(id));
  if (!parsed.success) throw new Problem('not_found');
  return parsed.data;
}
