const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapped = (value: unknown, map: (inner: unknown) => unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, map(inner)])) : value;
const each = (value: unknown, map: (inner: unknown) => unknown): unknown => (Array.isArray(value) ? value.map(map) : value);

/** Keywords that define the properties of an object. */
const describing = ['$ref', 'properties', 'allOf', 'anyOf', 'oneOf'];

const parts: Readonly<Record<string, (value: unknown) => unknown>> = {
  properties: (value) => mapped(value, closeSchema),
  additionalProperties: closeSchema,
  items: closeSchema,
  prefixItems: (value) => each(value, closeSchema),
  // The members describe one object together: the schema around them is closed instead.
  allOf: (value) => each(value, closeNested),
  anyOf: (value) => each(value, closeNested),
  oneOf: (value) => each(value, closeNested),
};

/** Closes every schema inside, but not the schema itself. */
export function closeNested(schema: unknown): unknown {
  return isObject(schema) ? Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, parts[key]?.(value) ?? value])) : schema;
}

/** Closes the schema of a response: it allows undeclared properties for later versions, tests must not. */
export function closeSchema(schema: unknown): unknown {
  const inner = closeNested(schema);
  const closes = isObject(inner) && describing.some((keyword) => keyword in inner) && !('additionalProperties' in inner);
  return closes ? { ...inner, unevaluatedProperties: false } : inner;
}
