import { Problem } from './problem.ts';

/** Deepest nesting of a body; none of the API's has a third of it. V8's parser takes most of a second for millions of brackets. */
const deepest = 64;

const [quote, backslash] = ['"'.charCodeAt(0), '\\'.charCodeAt(0)];
const opening = new Set(['{', '['].map((sign) => sign.charCodeAt(0)));
const closing = new Set(['}', ']'].map((sign) => sign.charCodeAt(0)));

/** Whether objects and arrays stand in more than `deepest` others, however wrong the text is otherwise. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length && depth <= deepest; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) inString = !inString;
    else if (inString) at += code === backslash ? 1 : 0;
    else if (opening.has(code)) depth += 1;
    else if (closing.has(code)) depth -= 1;
  }
  return depth > deepest;
}

const escapes = /\\(?:u([\da-f]{4})|.)/gis;
const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Whether a JSON text escapes one half of a surrogate pair without the other: no Unicode, which UTF-8 could not write again. */
function hasHalfPair(text: string): boolean {
  /** Where the second half has to stand. */
  let due: number | undefined;
  for (const { 1: hex, index } of text.matchAll(escapes)) {
    const unit = hex === undefined ? 0 : Number.parseInt(hex, 16);
    if (isLow(unit) ? due !== index : due !== undefined) return true;
    due = isHigh(unit) ? index + '\\ud800'.length : undefined;
  }
  return due !== undefined;
}

/** An escape of half a character beyond the Basic Multilingual Plane. */
const half = /\\u[dD][89a-fA-F]/;

/**
 * The value of a JSON text that was decoded from UTF-8, in time that grows with its length.
 * @param detail the problem's detail if it is not JSON
 * @throws {Problem} `malformed_json`
 */
export function parseJson(text: string, detail?: string): unknown {
  if (isTooDeep(text)) throw new Problem('malformed_json', { detail: `The body is nested more than ${deepest} levels deep.` });
  try {
    const value: unknown = JSON.parse(text);
    if (!half.test(text) || !hasHalfPair(text)) return value;
  } catch (error) {
    throw new Problem('malformed_json', { ...(detail === undefined ? {} : { detail }), cause: error });
  }
  throw new Problem('malformed_json', { detail: 'The body holds one half of a surrogate pair without the other.' });
}
