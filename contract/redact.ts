/** What replaces a secret. */
export const mask = '•••';

const longName = /password|passwd|passphrase|secret|token|(?:api|private|access)[-_]?keys?|credential|authorization|cookie|signature/;
/** Names that occur in other words. */
const shortName = /(?:dsn|pwd|sig|jwt)(?![a-z])/;
const secretName = new RegExp(`(?:${longName.source}|(?<![a-z])${shortName.source})`, 'i');

/** The start of a word, also behind an escape in a text with JSON. */
const start = '(?:\\b|(?<=\\\\[bfnrt]))';

/** Keys of common providers by their prefix. */
const providerKey = /(?:(?:sk|rk|gsk|xai)[-_][\w-]{8,}|(?:hf|gh[oprsu]|github_pat)_\w{16,}|AIza[\w-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16})/;
const providerKeys = new RegExp(`${start}${providerKey.source}`, 'g');

const bearer = new RegExp(`${start}(Bearer|Basic)\\s+[\\w.~+/=-]+`, 'gi');
/** A `-` before it does not start one: a text of many would take quadratic time. */
const jsonWebToken = /(?:(?<![\w-])|(?<=\\[bfnrt]))eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** Parts of what `redact` masks that JSON never escapes, without what surrounds them, because in JSON that may be an escape such as `\n`. */
const secretPart = new RegExp(
  `(?:Bearer|Basic)[\\s\\\\]|eyJ|row contains |\\)=\\(|${providerKey.source}|${longName.source}|${shortName.source}`,
  'i',
);

/**
 * Whether a text, or one in a line of JSON, may contain something that `redact` masks. It is cheap because it runs on every log line; a
 * false positive costs that line a parse.
 */
export function mayContainSecret(text: string): boolean {
  const scheme = text.indexOf('://');
  return (scheme >= 0 && text.includes('@', scheme)) || secretPart.test(text);
}

/** Whether the value of this name is secret. */
export const isSecretName = (name: string): boolean => secretName.test(name);

/**
 * An assignment such as `name=value`, also in JSON within JSON, whose quotes have backslashes. A value without quotes may contain commas, as
 * lists of keys do. It is anchored at the start of a word to avoid quadratic backtracking on long words.
 */
const assignment = new RegExp(
  `((?<![\\w.-])(?=[\\w.-]*?${secretName.source})[\\w.-]+(?:\\\\*["'])?\\s*[=:]\\s*)("(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\\\\+"[^"]*"|[^\\s&]+)`,
  'gi',
);

/** User names, and passwords that may contain `/` and `@`, in a URL; bounded, because each `://` starts a search. */
const userInfo = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)(?:[^\s/@"':]{0,200}:[^\s"']{0,200}@|[^\s/@"']{1,200}@)/gi;

/** Masks credentials in the URLs of a text. */
export const redactUrls = (text: string): string => text.replaceAll(userInfo, `$1${mask}@`);

/**
 * The values of a row in an error of PostgreSQL, such as the hash of a password, to the end of the line: the values may contain `)`, and to
 * search the last one takes quadratic time.
 */
const rowValues = /(Failing row contains |Key \([^()]{0,200}\)=)\([^\r\n]*/g;

/**
 * Masks secrets in free text such as logs: credentials in URLs, the headers Authorization and Cookie, bearer tokens, API keys, values that
 * are assigned to secret names, and rows in errors of PostgreSQL.
 */
export const redact = (text: string): string =>
  redactUrls(text)
    .replaceAll(/(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[=:])(?!\s*["'])[^\r\n]+/gi, `$1$2 ${mask}`)
    .replaceAll(bearer, `$1 ${mask}`)
    .replaceAll(jsonWebToken, mask)
    .replaceAll(providerKeys, mask)
    .replaceAll(rowValues, `$1(${mask})`)
    .replaceAll(assignment, `$1${mask}`);
