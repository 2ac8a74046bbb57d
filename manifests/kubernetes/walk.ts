/** A value within an object, and its path of keys and indexes. */
export interface PathValue {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Yields every value within an object, outer values first. */
export function* walkValues(value: unknown, path: readonly string[] = []): Generator<PathValue> {
  if (path.length > 0) yield { path, value };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) yield* walkValues(inner, [...path, key]);
}

/** Formats a path: `spec.containers[0].ports`, `metadata.labels["a.b/c"]`. */
export const formatPath = (path: readonly string[]): string =>
  path.reduce((text, key) => {
    if (/^\d+$/.test(key)) return `${text}[${key}]`;
    if (!/^[\w-]+$/.test(key)) return `${text}[${JSON.stringify(key)}]`;
    return text === '' ? key : `${text}.${key}`;
  }, '');

/** The value at a path; undefined if the path does not exist. */
export const valueAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((current, key) => (typeof current === 'object' && current !== null ? Reflect.get(current, key) : undefined), value);

/** The list at a path; empty if the path is not a list. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}
