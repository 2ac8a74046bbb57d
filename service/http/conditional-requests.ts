import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Middleware } from './context.ts';

/** Bodies whose tag is cached: a body that does not change is hashed once. */
const maxTags = 20;

/**
 * Sets the ETag of a body, and responds with 304 if the client has the current version (RFC 9110, section 13). The tag is weak, because
 * it is the same for every content coding; it is also the same on every replica. `isPublic`: the response is the same for every client.
 */
export function conditionalRequests(): (isPublic: boolean) => Middleware {
  const tags = new LRUCache<string | Buffer, string>({ max: maxTags });
  const tagOf = (body: string | Buffer): string => {
    const tag = tags.get(body) ?? `W/"${hash('sha256', body, 'base64url')}"`;
    tags.set(body, tag);
    return tag;
  };
  return (isPublic) =>
    async function conditionalRequests(ctx, next) {
      await next();
      const { body } = ctx;
      if (ctx.status !== 200 || !(typeof body === 'string' || Buffer.isBuffer(body))) return;
      ctx.set('ETag', tagOf(body));
      if (!ctx.res.hasHeader('Cache-Control')) ctx.set('Cache-Control', isPublic ? 'no-cache' : 'private, no-cache');
      if (ctx.fresh) ctx.status = 304;
    };
}
