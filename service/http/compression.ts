import compress from 'koa-compress';
import type { Context, Middleware } from './context.ts';

/** Smaller responses are not compressed, in bytes. */
const threshold = 1024;

/** Server-sent events are not compressed: they would wait in the compressor's buffer. */
const isCompressible = ({ body, response }: Context) =>
  typeof body === 'string' ? body.length >= threshold : body !== undefined && response.type !== 'text/event-stream';

/** The codings of koa-compress in order of preference. */
const codings = ['zstd', 'br', 'gzip', 'deflate', 'identity'];

/**
 * Compresses long responses with a coding that the client accepts. If the client accepts no coding, not even `identity`, it gets the
 * uncompressed response: RFC 9110, section 12.5.3, allows it, and a 406 would discard work that is done and billed.
 */
export function compression(): Middleware {
  const compressLong = compress({ threshold });
  return async function compression(ctx, next) {
    await next();
    if (!isCompressible(ctx)) return;
    ctx.vary('Accept-Encoding');
    const coding = ctx.acceptsEncodings(codings);
    if (coding === false || coding === 'identity') return;
    // koa-compress parses the header with another library, which throws if no coding is acceptable.
    ctx.req.headers['accept-encoding'] = coding;
    await compressLong(ctx, async () => {});
  };
}
