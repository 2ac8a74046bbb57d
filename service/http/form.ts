import * as z from 'zod';
import { parseMultipart } from './multipart.ts';
import { Problem } from './problem.ts';

/** The form of a body: multipart/form-data (RFC 7578). */
export interface Form {
  /** The fields as they would be in JSON. @throws {Problem} malformed_form */
  parse(type: string, body: Buffer): Promise<Record<string, unknown>>;
}

/** The JSON types of the fields. */
function typesOf(schema: z.ZodType): ReadonlyMap<string, unknown> {
  if (!(schema instanceof z.ZodObject)) throw new Error('a form needs an object');
  const types = Object.entries(schema.shape).map(([name, field]) => [name, z.toJSONSchema(field, { io: 'input' }).type] as const);
  return new Map(types);
}

/** A text as the schema of its field expects it; a text that is neither number nor boolean stays one, which the schema rejects. */
function fieldValue(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(?:\.\d{1,15})?$/.test(text)) return Number(text);
  return type === 'boolean' && /^(?:true|false)$/.test(text) ? text === 'true' : text;
}

async function dataUrl(file: File): Promise<string> {
  return `data:${file.type};base64,${Buffer.from(await file.arrayBuffer()).toString('base64')}`;
}

/** Browsers send an empty field for each that is not filled in. */
const isEmpty = (value: string | File) => value === '' || (typeof value !== 'string' && value.size === 0 && value.name === '');

/** The form of bodies with a schema, in which the field `fileField` takes a file. */
export function formOf(schema: z.ZodType, fileField: string): Form {
  const types = typesOf(schema);
  return {
    async parse(type, body) {
      const fields: [string, unknown][] = [];
      const names = new Set<string>();
      for (const [name, value] of await parseMultipart(type, body)) {
        if (names.has(name))
          throw new Problem('malformed_form', { detail: `The form has the field ${JSON.stringify(name.slice(0, 100))} twice.` });
        names.add(name);
        if (isEmpty(value)) continue;
        if (typeof value !== 'string' && name !== fileField)
          throw new Problem('malformed_form', { detail: `Only the field ${fileField} takes a file.` });
        fields.push([name, typeof value === 'string' ? fieldValue(value, types.get(name)) : await dataUrl(value)]);
      }
      return Object.fromEntries(fields);
    },
  };
}
