/** Characters that are joined at once: a call takes a limited number of arguments. */
const piece = 0x8000;

/**
 * A picture as the `image` of a request: of a file that a user chose in a browser, or of `openAsBlob` from node:fs in Node. It becomes a
 * data URL.
 */
export async function pictureUrl(file: Blob): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = '';
  for (let at = 0; at < bytes.length; at += piece) binary += String.fromCharCode(...bytes.subarray(at, at + piece));
  return `data:${file.type};base64,${btoa(binary)}`;
}
