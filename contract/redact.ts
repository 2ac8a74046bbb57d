/** What replaces a secret. */
export const mask = '•••';

const secretName =
  /(?:password|passwd|secret|token|api[-_]?keys?|private[-_]?key|credential|authorization|cookie|signature|(?<![a-z])dsn(?![a-z]))/i;

/** Whether the value of this name is secret. */
export const isSecretName = (name: string): boolean => secretName.test(name);

/** An assignment such as `name=value`. It is anchored at the start of a word to avoid quadratic backtracking on long words. */
const assignment = new RegExp(
  `((?<![\\w.-])(?=[\\w.-]*?${secretName.source})[\\w.-]+["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;&}]+)`,
  'gi',
);

/** Masks credentials in the URLs of a text. */
export const redactUrls = (text: string): string => text.replaceAll(/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"']+@/gi, `$1${mask}@`);

/**
 * Masks secrets in free text such as logs: credentials in URLs, the headers Authorization and Cookie, bearer tokens, API keys, and values
 * that are assigned to secret names.
 */
export const redact = (text: string): string =>
  redactUrls(text)
    .replaceAll(/(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[=:])(?!\s*["'])[^\r\n]+/gi, `$1$2 ${mask}`)
    .replaceAll(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${mask}`)
    .replaceAll(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, mask)
    .replaceAll(/\bsk-[\w-]{8,}/g, mask)
    .replaceAll(assignment, `$1${mask}`);
