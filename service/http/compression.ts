import compress from 'koa-compress';
import type { Middleware } from './context.ts';

/** Bytes from which an answer is worth the work. */
const threshold = 1024;

/** Compresses long answers as the caller accepts it (guide row API-30); short ones do not even pass the library. */
export function compression(): Middleware {
  const compressLong = compress({ threshold });
  return async function compression(ctx, next) {
    await next();
    if (typeof ctx.body !== 'string' || ctx.body.length >= threshold) await compressLong(ctx, async () => {});
  };
}
