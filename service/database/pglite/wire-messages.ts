/** Messages of PostgreSQL's protocol: https://www.postgresql.org/docs/current/protocol-message-formats.html */

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}0000${body}\0`);
  bytes.writeInt32BE(bytes.length - 1, 1);
  return bytes;
}

/** A simple query. */
export const query = (text: string) => message('Q', text);

/** The text of a simple query; undefined for any other message. */
export const queryText = (bytes: Uint8Array) =>
  bytes[0] === 'Q'.charCodeAt(0) ? Buffer.from(bytes.subarray(5, -1)).toString() : undefined;

/** The first message of a client; it has no type. */
export const isStartup = (bytes: Uint8Array) => bytes[0] === 0;

/** The response to a statement that fails without being executed. */
export function errorResponse(code: string, text: string, inTransaction: boolean): Buffer {
  const ready = message('Z', inTransaction ? 'T' : 'I').subarray(0, -1);
  ready.writeInt32BE(5, 1);
  return Buffer.concat([message('E', `SERROR\0VERROR\0C${code}\0M${text}\0`), ready]);
}

export interface PanicFields {
  readonly code: string;
  readonly message: string;
}

/** The PANIC that a response reports. */
export function panicIn(bytes: Uint8Array): PanicFields | undefined {
  const [, fields] = Buffer.from(bytes).toString().split('\0VPANIC\0');
  if (fields === undefined) return undefined;
  const field = (code: string) =>
    fields
      .split('\0')
      .find((one) => one.startsWith(code))
      ?.slice(1) ?? '';
  return { code: field('C'), message: field('M') };
}
