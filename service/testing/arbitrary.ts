import fc, { type Arbitrary } from 'fast-check';
import * as z from 'zod';

type JsonSchema = z.core.JSONSchema._JSONSchema;
type Json = z.core.util.JSONType;

/** Items of a list beyond the minimum: few are enough to find most bugs. */
const few = 4;
const maxDepth = 6;

const strings: Readonly<Record<string, () => Arbitrary<string>>> = {
  uuid: () => fc.uuid(),
  email: () => fc.emailAddress(),
  uri: () => fc.webUrl(),
  'date-time': () => fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
};

/** Texts that match a schema; some of them are `planted`. */
function stringOf(
  { pattern, format = '', minLength = 0, maxLength = minLength + 40 }: z.core.JSONSchema.BaseSchema,
  planted: string,
): Arbitrary<string> {
  const formatted = strings[format];
  if (formatted) return formatted();
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) });
  return planted.length > maxLength || planted.length < minLength
    ? any
    : fc.oneof({ weight: 4, arbitrary: any }, { weight: 1, arbitrary: fc.constant(planted) });
}

function objectOf(
  { properties = {}, required = [], additionalProperties }: z.core.JSONSchema.BaseSchema,
  next: (schema: JsonSchema) => Arbitrary<Json>,
) {
  const declared = fc.record(Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, next(schema)])), {
    requiredKeys: Object.keys(properties).filter((name) => required.includes(name)),
  });
  if (typeof additionalProperties !== 'object') return declared;
  return fc
    .tuple(declared, fc.dictionary(fc.string(), next(additionalProperties), { maxKeys: few }))
    .map(([known, more]) => ({ ...more, ...known }));
}

/** Values that match a JSON schema; a Zod refinement can still reject them. */
function matching(schema: JsonSchema, root: JsonSchema, planted: string, depth = 0): Arbitrary<Json> {
  if (typeof schema === 'boolean' || depth > maxDepth) return fc.constant(null);
  const next = (inner: JsonSchema) => matching(inner, root, planted, depth + 1);
  const { $ref, anyOf, oneOf = anyOf, enum: options, const: only, items, prefixItems, minItems = 0, maxItems = minItems + few } = schema;
  const named = $ref === undefined || typeof root === 'boolean' ? undefined : root.$defs?.[$ref.replace('#/$defs/', '')];
  if (named !== undefined) return next(named);
  if (only !== undefined) return fc.constant(only);
  if (options !== undefined) return fc.constantFrom(...options);
  if (oneOf !== undefined) return fc.oneof(...oneOf.map(next));
  const { minimum = Math.min(0, schema.maximum ?? 0) - 1000, maximum = minimum + 2000 } = schema;
  switch (schema.type) {
    case 'string':
      return stringOf(schema, planted);
    case 'integer':
      return fc.integer({ min: Math.ceil(minimum), max: Math.min(Math.floor(maximum), Number.MAX_SAFE_INTEGER) });
    case 'number':
      return fc.double({ noNaN: true, min: minimum, max: maximum });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      if (prefixItems !== undefined) return fc.tuple(...prefixItems.map(next)).map((list) => [...list]);
      return fc.array(next(Array.isArray(items) ? true : (items ?? true)), {
        minLength: minItems,
        maxLength: Math.min(maxItems, minItems + few),
      });
    case 'object':
      return objectOf(schema, next);
    default:
      return fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  }
}

/** Values that match a schema. `planted` is among their texts. */
export function validValues(schema: z.ZodType, planted: string): Arbitrary<Json> {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' });
  return matching(root, root, planted);
}
