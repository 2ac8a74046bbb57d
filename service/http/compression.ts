import compress from 'koa-compress';
import type { Context, Middleware } from './context.ts';

/** Bytes from which an answer is worth the work. */
const threshold = 1024;

/** Events must not wait in a compressor's buffer. */
const isWorthIt = ({ body, response }: Context) =>
  typeof body === 'string' ? body.length >= threshold : body !== undefined && response.type !== 'text/event-stream';

/** The codings of koa-compress, the preferred first. */
const codings = ['zstd', 'br', 'gzip', 'deflate', 'identity'];

/**
 * Compresses long answers as the caller accepts it (guide row API-30); short ones do not even pass the library. A caller that
 * accepts no coding, not even `identity`, gets the answer as it is: RFC 9110, section 12.5.3, allows it, and a 406 would throw
 * away work that is done and paid.
 */
export function compression(): Middleware {
  const compressLong = compress({ threshold });
  return async function compression(ctx, next) {
    await next();
    if (!isWorthIt(ctx)) return;
    ctx.vary('Accept-Encoding');
    const coding = ctx.acceptsEncodings(codings);
    if (coding === false || coding === 'identity') return;
    // koa-compress reads the header by another library, and fails if nothing is left to choose from.
    ctx.req.headers['accept-encoding'] = coding;
    await compressLong(ctx, async () => {});
  };
}
