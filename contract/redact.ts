/** What replaces a secret. */
export const mask = '•••';

const secretName =
  /(?:password|passwd|passphrase|secret|token|(?:api|private|access)[-_]?keys?|credential|authorization|cookie|signature|(?<![a-z])(?:dsn|pwd|sig|jwt)(?![a-z]))/i;

/** What a text with something that `redact` masks matches, and few others: cheap, and bounded as `userInfo` is. */
export const suspicious = new RegExp(
  `:\\/\\/[^\\s"']{0,401}@|\\b(?:Bearer|Basic)\\s|eyJ|\\b(?:sk|rk|gsk|xai)[-_]|\\b(?:hf|gh[oprsu]|github_pat)_|AIza|AKIA|ASIA|row contains |\\)=\\(|${secretName.source}[^\\s=:]{0,40}\\s{0,4}[=:]`,
  'i',
);

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

/** Keys of common providers by their prefix. */
const providerKey = /\b(?:(?:sk|rk|gsk|xai)[-_][\w-]{8,}|(?:hf|gh[oprsu]|github_pat)_\w{16,}|AIza[\w-]{30,}|(?:AKIA|ASIA)[A-Z0-9]{16})/g;

/** The values of a row in an error of PostgreSQL, such as the hash of a password. */
const rowValues = /(Failing row contains |Key \([^()]{0,200}\)=)\([^\r\n]*\)/g;

/**
 * Masks secrets in free text such as logs: credentials in URLs, the headers Authorization and Cookie, bearer tokens, API keys, values that
 * are assigned to secret names, and rows in errors of PostgreSQL.
 */
export const redact = (text: string): string =>
  redactUrls(text)
    .replaceAll(/(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[=:])(?!\s*["'])[^\r\n]+/gi, `$1$2 ${mask}`)
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`)
    .replaceAll(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask)
    .replaceAll(providerKey, mask)
    .replaceAll(rowValues, `$1(${mask})`)
    .replaceAll(assignment, `$1${mask}`);
