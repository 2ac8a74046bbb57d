import { Problem } from './problem.ts';

const multipart = /^multipart\/form-data\s*;/i;
export const isMultipart = (type: string) => multipart.test(type);

const malformed = (detail: string, cause?: unknown) => new Problem('malformed_form', { detail, cause });

/** RFC 2046, section 5.1.1: at most 70 characters. */
const boundaryIn = (type: string) => /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(type);
function delimiterOf(type: string): string {
  const [, quoted, bare] = boundaryIn(type) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw malformed('The Content-Type has no boundary.');
  return `--${boundary}`;
}

/** Where the delimiter is in a body. */
function* positions(body: Buffer, delimiter: string): Generator<number> {
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) yield at;
}

/** More parts, or longer headers of one, would block the event loop for a second. */
const [maxParts, maxHeaderBytes] = [64, 8192];

/** Checks what a parser without limits would spend its time on. */
function checkParts(body: Buffer, delimiter: string): void {
  let parts = 0;
  for (const at of positions(body, delimiter)) {
    parts += 1;
    if (parts > maxParts) throw malformed(`The form has more than ${maxParts} parts.`);
    const start = body.subarray(at + delimiter.length, at + delimiter.length + maxHeaderBytes);
    if (!start.includes('\r\n\r\n') && start.length === maxHeaderBytes) throw malformed('The headers of a part are too long.');
  }
}

/** The fields of a form, in order. @throws {Problem} malformed_form */
export async function parseMultipart(type: string, body: Buffer): Promise<FormData> {
  checkParts(body, delimiterOf(type));
  try {
    return await new Response(new Uint8Array(body), { headers: { 'Content-Type': type } }).formData();
  } catch (error) {
    throw malformed('The form is incomplete, or its parts are not separated by the boundary in Content-Type.', error);
  }
}

/** A body and its type without the boundary, which differs between equal forms. Other bodies are returned as they are. */
export function withoutBoundary(type: string, body: Buffer): { readonly type: string; readonly body: Buffer } {
  if (!isMultipart(type) || boundaryIn(type) === null) return { type, body };
  const delimiter = delimiterOf(type);
  let from = 0;
  const parts = [...positions(body, delimiter), body.length].map((at) => {
    const part = body.subarray(from, at);
    from = at + delimiter.length;
    return part;
  });
  return { type: 'multipart/form-data', body: Buffer.concat(parts.flatMap((part) => [Buffer.from(`${part.length}\n`), part])) };
}
