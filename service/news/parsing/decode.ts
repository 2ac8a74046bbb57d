/** The text of a document in any encoding of https://encoding.spec.whatwg.org, also if the document declares a wrong one. */

/** Bytes in which a declaration is looked for: HTML requires it within 1024, and XML starts with it. */
const declarationBytes = 2048;

const byteOrderMarks: readonly (readonly [label: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
  // Without a mark, a document that starts with `<` in UTF-16.
  ['utf-16le', [0x3c, 0x00]],
  ['utf-16be', [0x00, 0x3c]],
];

const declarations = [/charset=["']?([\w.:-]{1,40})/i, /encoding=["']([\w.:-]{1,40})/i];

/** The name of an encoding by any of its labels. */
function encodingOf(label: string | undefined): string | undefined {
  if (label === undefined) return undefined;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** Encodings in which every sequence of bytes is a text: that a text can be decoded does not show that it is in one of them. */
const isSingleByte = (encoding: string) => /^(?:windows-|iso-8859-|koi8-|ibm866|macintosh|x-)/.test(encoding);
const isWide = (encoding: string) => encoding.startsWith('utf-16');

function decodeStrictly(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const count = (text: string, expression: RegExp) => text.match(expression)?.length ?? 0;

/** Of a text that is not quite UTF-8: a few damaged characters, or another encoding. */
function decodeDamaged(bytes: Uint8Array, declared: readonly string[]): string {
  const utf8 = new TextDecoder().decode(bytes);
  if (count(utf8, /\uFFFD/g) <= count(utf8, /[^\0-\x7F\uFFFD]/g)) return utf8;
  return new TextDecoder(declared.find((encoding) => encoding !== 'utf-8') ?? 'windows-1252').decode(bytes);
}

/** @param contentType the header of the response */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const mark = byteOrderMarks.find(([, start]) => start.every((byte, index) => bytes[index] === byte));
  if (mark !== undefined && (isWide(mark[0]) || decodeStrictly(bytes, mark[0]) !== undefined))
    return new TextDecoder(mark[0]).decode(bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, declarationBytes));
  const labels = [contentType.match(/charset\s?=\s?["']?([\w.:-]{1,40})/i), ...declarations.map((declaration) => start.match(declaration))];
  // UTF-16 without zero bytes is a wrong declaration.
  const declared = labels.flatMap((match) => encodingOf(match?.[1]) ?? []).filter((encoding) => !isWide(encoding));
  // A text with characters beyond ASCII that is valid UTF-8 is UTF-8, even if it is declared as another single-byte encoding.
  for (const encoding of [...declared.filter((each) => !isSingleByte(each)), 'utf-8']) {
    const text = decodeStrictly(bytes, encoding);
    if (text !== undefined) return text;
  }
  const single = declared.find(isSingleByte);
  return single === undefined ? decodeDamaged(bytes, declared) : new TextDecoder(single).decode(bytes);
}

/** Bytes of windows-1252 beyond those of ISO-8859-1. */
const byteOf = new Map(
  Array.from({ length: 32 }, (_, index) => [new TextDecoder('windows-1252').decode(Uint8Array.of(128 + index)), 128 + index]),
);

/** The first byte of a character in UTF-8, then the second, each read as a character. */
const mistakenPair = /[\u00C2-\u00F4][\u0080-\u00BF\u0152-\u0192\u02C6\u02DC\u2013-\u2122]/;

/** A text in UTF-8 that its publisher read as ISO-8859-1 or windows-1252, and encoded again: `CorrupciÃ³n`. Other texts are returned as they are. */
export function repairEncoding(text: string): string {
  if (!mistakenPair.test(text)) return text;
  const bytes = Array.from(text, (character) => byteOf.get(character) ?? character.codePointAt(0) ?? 0);
  if (bytes.some((byte) => byte > 255)) return text;
  return decodeStrictly(Uint8Array.from(bytes), 'utf-8') ?? text;
}
