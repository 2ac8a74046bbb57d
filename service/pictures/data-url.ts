import { maxPictureBytes } from '../../contract/body-limits.ts';
import { tooLarge } from './formats.ts';
import { invalidImage } from './rejection.ts';

/** `data:` MEDIA TYPE [`;` parameters] `;base64,` (RFC 2397). */
const head = /^data:([^;,]{0,100})(?:;[^;,]{0,100}){0,5};base64,/i;
const maxCharacters = Math.ceil(maxPictureBytes / 3) * 4;

/** @throws {Problem} invalid_image */
export function parseDataUrl(url: string): { readonly type: string; readonly bytes: Uint8Array } {
  const [prefix, type = ''] = head.exec(url.slice(0, 1000)) ?? [];
  if (prefix === undefined) throw invalidImage('The data URL must start with data:image/jpeg;base64, or the type of the picture.');
  const encoded = url.slice(prefix.length);
  // Line breaks are allowed, and counted: only a client that adds them near the limit is affected.
  if (encoded.length > maxCharacters) throw tooLarge();
  try {
    return { type: type.trim(), bytes: Uint8Array.fromBase64(encoded) };
  } catch (error) {
    throw invalidImage('The data of the data URL is not base64.', error);
  }
}
