import { isRecord } from './json.ts';

const mask = '•••';
const secretName = /(?:password|passwd|secret|token|api[-_]?keys?|private[-_]?key|credential|authorization|dsn)/i;

/** An assignment such as `name=value`. It is anchored at the start of a word to avoid quadratic backtracking on long words. */
const assignment = new RegExp(`((?<![\\w.-])(?=[\\w.-]*?${secretName.source})[\\w.-]+["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;}]+)`, 'gi');

/** Masks secrets in free text such as logs: credentials in URLs, bearer tokens, API keys, and values that are assigned to secret names. */
export function redact(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, `$1${mask}@`)
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`)
    .replaceAll(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask)
    .replaceAll(/\bsk-[\w-]{8,}/g, mask)
    .replaceAll(assignment, `$1${mask}`);
}

/** Replaces the values of a Secret by digests, so that a diff shows whether they differ. */
export function maskSecrets(
  object: Readonly<Record<string, unknown>>,
  digest: (text: string) => string,
): Readonly<Record<string, unknown>> {
  if (object.kind !== 'Secret') return object;
  const hide = (values: unknown): unknown =>
    isRecord(values)
      ? Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${mask} ${digest(String(value)).slice(0, 8)}`]))
      : values;
  return { ...object, data: hide(object.data), stringData: hide(object.stringData) };
}

/** Whether the value of this name is secret. */
export const isSecretName = (name: string): boolean => secretName.test(name);
