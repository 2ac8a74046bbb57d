import compress from 'koa-compress';
import type { Context, Middleware } from './context.ts';

/** Bytes from which an answer is worth the work. */
const threshold = 1024;

/** Events must not wait in a compressor's buffer. */
const isWorthIt = ({ body, response }: Context) =>
  typeof body === 'string' ? body.length >= threshold : body !== undefined && response.type !== 'text/event-stream';

/** Compresses long answers as the caller accepts it (guide row API-30); short ones do not even pass the library. */
export function compression(): Middleware {
  const compressLong = compress({ threshold });
  return async function compression(ctx, next) {
    await next();
    if (isWorthIt(ctx)) await compressLong(ctx, async () => {});
  };
}
