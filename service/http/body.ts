import type { IncomingMessage } from 'node:http';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { maxBodyBytes } from '../../contract/rate-limits.ts';
import type { Context } from './context.ts';
import { parseJson } from './parse-json.ts';
import { Problem } from './problem.ts';

const tooLarge = (limit: number) => new Problem('payload_too_large', { detail: `The body may have ${limit} bytes.` });
const jsonLines = /^application\/(?:jsonl|x-ndjson)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const json = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** All bytes of a body; what is over the limit is not kept. */
function read(request: IncomingMessage, limit: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limit) chunks.push(chunk);
    else reject(tooLarge(limit));
  });
  request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
  request.on('error', (error) => reject(new Problem('malformed_json', { cause: error })));
  return promise;
}

/** The bytes of the body, at most as many as the endpoint takes (else 413); read once, however often they are asked for. */
export function bodyOf(ctx: Context): Promise<Buffer> {
  if (ctx.state.body !== undefined) return ctx.state.body;
  const limit = (ctx.state.endpoint && endpointOf(ctx.state.endpoint).maxBodyBytes) ?? maxBodyBytes;
  if (Number(ctx.req.headers['content-length']) > limit) throw tooLarge(limit);
  ctx.state.body = read(ctx.req, limit);
  return ctx.state.body;
}

/** Accepts a byte order mark, as RFC 8259, section 8.1, allows. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch (error) {
    throw new Problem('malformed_json', { detail: 'The body is not UTF-8.', cause: error });
  }
}

/** JSON Lines: one value a line; empty lines say nothing. */
const parseLines = (text: string) =>
  text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [parseJson(line, `Line ${at + 1} is not JSON.`)]));

/**
 * The JSON value of a body in UTF-8 (RFC 8259): 413, 415 or 400 where it is none. Where the endpoint takes JSON Lines too, these are
 * read as an object whose field `linesAs` holds them. A parser of our own: the usual middleware costs a fifth of a cached request's
 * time, and also takes compressed bodies, which nobody needs here.
 */
export async function readBody(ctx: Context, linesAs: string | undefined): Promise<unknown> {
  const { 'content-type': type = '', 'content-encoding': encoding } = ctx.req.headers;
  const asLines = linesAs !== undefined && jsonLines.test(type);
  if (!(asLines || json.test(type)) || encoding !== undefined) throw new Problem('unsupported_media_type');
  const text = decode(await bodyOf(ctx));
  return asLines ? { [linesAs]: parseLines(text) } : parseJson(text);
}
