import { isSecretName, mask, redact } from '../../contract/redact.ts';

/** A shorter secret would occur in words that are none. */
const minLength = 4;

/** Whether a line may contain a secret that `redact` masks. It finds more than that and is cheap: most lines pass it. */
const suspicious =
  /:\/\/[^\s/@"']*@|\b(?:Bearer|Basic)\s|eyJ|\bsk-|(?:password|passwd|secret|token|api[-_]?key|private[-_]?key|credential|authorization|cookie|signature|dsn)[^\s=:]{0,40}\s{0,4}[=:]/i;

/** A secret as texts contain it: as it is, in a URL, in JSON. */
const formsOf = (secret: string) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
/** A text as it is in a line of JSON. */
const inLine = (text: string) => RegExp.escape(JSON.stringify(text).slice(1, -1));

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

/** Applies a function to every text in a JSON value, names of fields included; texts in fields with a secret name are masked. */
function mapTexts(value: unknown, change: (text: string) => string, name = ''): unknown {
  if (typeof value === 'string') return isSecretName(name) ? mask : change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [change(key), mapTexts(field, change, key)]));
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
    suspicious.test(line) || (known !== undefined && line.search(known) >= 0)
      ? `${JSON.stringify(mapTexts(JSON.parse(line), change))}\n`
      : line;
}
