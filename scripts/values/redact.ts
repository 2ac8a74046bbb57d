import { isRecord } from './json.ts';

const mask = '•••';
const secretName = /(?:password|passwd|secret|token|api[-_]?keys?|private[-_]?key|credential|authorization|dsn)/i;

/** A name and its value, as programs write them. It begins where a word begins: a long word is looked at once, not from each of its characters. */
const assignment = new RegExp(`((?<![\\w.-])(?=[\\w.-]*?${secretName.source})[\\w.-]+["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;}]+)`, 'gi');

/** Replaces what looks like a secret in free text such as logs: credentials in URLs, bearer tokens, long key-like values, `name=value` of secret names. */
export function redact(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@:"']*:[^\s/@"']+@/gi, `$1${mask}@`)
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`)
    .replaceAll(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask)
    .replaceAll(/\bsk-[\w-]{8,}/g, mask)
    .replaceAll(assignment, `$1${mask}`);
}

/** Hides the values of a Secret object, keeping equal ones equal: `before` and `after` of a diff still tell whether they differ. */
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

/** Whether a value under this name must not be printed. */
export const isSecretName = (name: string): boolean => secretName.test(name);
