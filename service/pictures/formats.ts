import { maxPictureBytes } from '../../contract/body-limits.ts';
import { invalidImage } from './rejection.ts';

const acceptedNames = 'JPEG, PNG or WebP';

interface Format {
  readonly name: string;
  /** Of an accepted format. */
  readonly type?: string;
  /** Its first bytes, or those at the index `at`, as ISO 8859-1. */
  readonly starts: readonly string[];
  readonly at?: number;
}

const formats: readonly Format[] = [
  { name: 'JPEG', type: 'image/jpeg', starts: ['\xff\xd8\xff'] },
  { name: 'PNG', type: 'image/png', starts: ['\x89PNG\r\n\x1a\n'] },
  { name: 'WebP', type: 'image/webp', starts: ['WEBP'], at: 8 },
  { name: 'GIF', starts: ['GIF87a', 'GIF89a'] },
  { name: 'AVIF', starts: ['ftypavif', 'ftypavis'], at: 4 },
  { name: 'HEIC', starts: ['ftyphe', 'ftypmif1', 'ftypmsf1'], at: 4 },
  { name: 'video', starts: ['ftyp'], at: 4 },
  { name: 'TIFF', starts: ['II*\0', 'MM\0*'] },
  { name: 'BMP', starts: ['BM'] },
  { name: 'JPEG XL', starts: ['\xff\x0a', '\0\0\0\x0cJXL '] },
  { name: 'PDF', starts: ['%PDF'] },
  { name: 'HTML', starts: ['<!doctype html', '<html'] },
  { name: 'SVG or XML', starts: ['<?xml', '<svg', '<!'] },
];

/** Of the formats of text, which may start with a byte order mark and spaces, in upper or lower case. */
const textOf = (start: string) =>
  start
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();

/** The format of a file by its first bytes. */
function formatOf(bytes: Uint8Array): Format | undefined {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  return formats.find(({ starts, at = 0 }) => starts.some((sign) => start.startsWith(sign, at) || textOf(start).startsWith(sign)));
}

/** What clients send if they know no type; `text/plain` is the default of a part of a form. */
const undeclared: readonly string[] = ['', 'application/octet-stream', 'text/plain', 'binary/octet-stream'];
const aliases: Readonly<Record<string, string>> = { 'image/jpg': 'image/jpeg', 'image/pjpeg': 'image/jpeg', 'image/x-png': 'image/png' };

export const tooLarge = (cause?: unknown) => invalidImage(`The picture has more than ${maxPictureBytes} bytes (10 MiB).`, cause);

/**
 * Checks a file by its first bytes: the sender's word for its format is not trusted.
 * @param declared its media type as the sender says
 * @throws {Problem} invalid_image
 */
export function checkFormat(bytes: Uint8Array, declared = ''): void {
  if (bytes.length === 0) throw invalidImage('The picture is empty.');
  if (bytes.length > maxPictureBytes) throw tooLarge();
  const found = formatOf(bytes);
  if (found?.type === undefined) {
    const kind = found === undefined ? 'has an unknown format' : `is in the format ${found.name}`;
    throw invalidImage(`The picture ${kind}; send ${acceptedNames}.`);
  }
  const type = declared.toLowerCase();
  if (undeclared.includes(type) || (aliases[type] ?? type) === found.type) return;
  throw invalidImage(`The picture is in the format ${found.name}, but its declared type is ${JSON.stringify(type.slice(0, 100))}.`);
}
