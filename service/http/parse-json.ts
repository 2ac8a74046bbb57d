import { Problem } from './problem.ts';

/** Maximum nesting of a body, three times that of any schema. V8 needs most of a second for millions of brackets. */
const maxDepth = 64;

const [quote, backslash] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)];
const opening = new Set(['{', '['].map((sign) => sign.charCodeAt(0)));
const closing = new Set(['}', ']'].map((sign) => sign.charCodeAt(0)));

/** Whether objects and arrays are nested too deeply. The text need not be valid JSON. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length && depth <= maxDepth; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) inString = !inString;
    else if (inString) at += code === backslash ? 1 : 0;
    else if (opening.has(code)) depth += 1;
    else if (closing.has(code)) depth -= 1;
  }
  return depth > maxDepth;
}

const escapes = /\\(?:u([\da-f]{4})|.)/gis;
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Whether a JSON text escapes a lone surrogate, which UTF-8 cannot encode. */
function hasLoneSurrogate(text: string): boolean {
  /** Index at which the low surrogate must follow. */
  let expected: number | undefined;
  for (const { 1: hex, index } of text.matchAll(escapes)) {
    const unit = hex === undefined ? 0 : Number.parseInt(hex, 16);
    if (isLow(unit) ? expected !== index : expected !== undefined) return true;
    expected = isHigh(unit) ? index + '\\ud800'.length : undefined;
  }
  return expected !== undefined;
}

/** An escaped surrogate. */
const surrogate = /\\u[dD][89a-fA-F]/;

/**
 * Parses JSON in linear time.
 * @param detail of the problem if the text is not JSON
 * @throws {Problem} malformed_json
 */
export function parseJson(text: string, detail?: string): unknown {
  if (isTooDeep(text)) throw new Problem('malformed_json', { detail: `The body is nested more than ${maxDepth} levels deep.` });
  try {
    const value: unknown = JSON.parse(text);
    if (!surrogate.test(text) || !hasLoneSurrogate(text)) return value;
  } catch (error) {
    throw new Problem('malformed_json', { ...(detail === undefined ? {} : { detail }), cause: error });
  }
  throw new Problem('malformed_json', { detail: 'The body contains a lone surrogate.' });
}
