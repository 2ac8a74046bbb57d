import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Middleware } from './context.ts';

/** Bodies whose tag is kept: those that do not change are hashed once. */
const kept = 20;

/**
 * Gives a body its ETag, and answers 304 if the client has it already (RFC 9110, section 13). The tag is weak: the same one stands
 * for every content coding, and it is the same on each replica. `isPublic`: the response is the same for every client.
 */
export function conditionalRequests(): (isPublic: boolean) => Middleware {
  const tags = new LRUCache<string | Buffer, string>({ max: kept });
  const tagOf = (body: string | Buffer): string => {
    const tag = tags.get(body) ?? `W/"${hash('sha256', body, 'base64url')}"`;
    tags.set(body, tag);
    return tag;
  };
  return (isPublic) =>
    async function conditional(ctx, next) {
      await next();
      const { body } = ctx;
      if (ctx.status !== 200 || !(typeof body === 'string' || Buffer.isBuffer(body))) return;
      ctx.set('ETag', tagOf(body));
      if (!ctx.res.hasHeader('Cache-Control')) ctx.set('Cache-Control', isPublic ? 'no-cache' : 'private, no-cache');
      if (ctx.fresh) ctx.status = 304;
    };
}
