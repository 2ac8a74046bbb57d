import * as z from 'zod';
import { schemaId } from './document.ts';
import { evidence } from './document-fields.ts';
import { loadCommands } from './load-commands.ts';

const error = { error: z.string(), remedy: z.string(), exitCode: z.int() };
const fields: readonly (readonly [name: string, fields: z.ZodRawShape])[] = [
  ...(await loadCommands()).map(({ name, document }) => [name, document] as const),
  ['error', error],
  ['evidence', evidence],
];

/** The schema of each JSON document that `leyenda` prints or writes, by the name of the document. */
export const documentSchemas: ReadonlyMap<string, z.ZodObject> = new Map(
  fields.map(([name, shape]) => [name, z.strictObject({ schema: z.literal(schemaId(name)), ...shape })]),
);

/**
 * Parses a printed document with the schema that it names.
 * @throws if the document does not match that schema
 */
export function parseDocument(text: string): Readonly<Record<string, unknown>> {
  const document = z.looseObject({ schema: z.string() }).parse(JSON.parse(text));
  const [, schema] = [...documentSchemas].find(([name]) => schemaId(name) === document.schema) ?? [];
  if (schema === undefined) throw new Error(`unknown document schema ${document.schema}`);
  return schema.parse(document);
}
