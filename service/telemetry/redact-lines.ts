import { isSecretName, mask, mayContainSecret, redact } from '../../contract/redact.ts';

/** A shorter secret would occur in words that are none. */
const minLength = 4;

/** A text within the quotes of JSON. */
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
/** A secret as texts contain it: as it is, in a URL, in a form, in JSON, in JSON within JSON. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams([['', secret]]).toString().slice(1),
  inJson(secret),
  inJson(inJson(secret)),
];
/** A text as it is in a line of JSON. */
const inLine = (text: string) => RegExp.escape(inJson(text));

/** Matches any of the texts, the longest first, because one secret may be a part of another; undefined without texts. */
function anyOf(texts: readonly string[], form: (text: string) => string): RegExp | undefined {
  const longestFirst = [...new Set(texts)].toSorted((a, b) => b.length - a.length);
  return longestFirst.length === 0 ? undefined : new RegExp(longestFirst.map(form).join('|'), 'g');
}

/** Masks these secrets, and text in the form of one. */
function textRedactor(secrets: readonly string[]): (text: string) => string {
  const known = anyOf(secrets, RegExp.escape);
  return (text) => redact(known === undefined ? text : text.replaceAll(known, mask));
}

/** Applies a function to every text in a JSON value, names of fields included; all texts below a secret name are masked. */
function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [change(key), mapTexts(field, isSecretName(key) ? () => mask : change)]),
  );
}

/**
 * Masks secrets in lines of JSON: those given, and by their form credentials in URLs, tokens, keys, and fields with a secret name. Only a
 * line that may contain one is parsed.
 */
export function lineRedactor(secrets: readonly string[]): (line: string) => string {
  const forms = secrets.filter(({ length }) => length >= minLength).flatMap(formsOf);
  const known = anyOf(forms, inLine);
  const change = textRedactor(forms);
  return (line) =>
    mayContainSecret(line) || (known !== undefined && line.search(known) >= 0)
      ? `${JSON.stringify(mapTexts(JSON.parse(line), change))}\n`
      : line;
}
