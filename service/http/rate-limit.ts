import ratelimit from 'koa-ratelimit';
import { LRUCache } from 'lru-cache';
import type { Quota } from '../accounts/caller.ts';
import type { Counters } from '../adapters/counters.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Context, Middleware } from './context.ts';
import { Problem } from './problem.ts';

/** An IPv6 caller owns a whole /64; IPv4 in IPv6 form is the same address as without. */
export function network(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!plain.includes(':')) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: plain.includes('::') ? Math.max(0, 8 - left.length - right.length) : 0 }, () => '0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':').toLowerCase();
}

const countedAs = (ctx: Context) => ctx.state.caller?.id ?? `address:${network(ctx.ip)}`;

/**
 * Counts the request against its key's quota (guide rows RL-01, RL-02), or against its address where it shows no valid
 * credential (RL-03). Over it: 429 with Retry-After.
 */
export function rateLimit(counters: Counters, perAddress: Quota, metrics: Metrics): Middleware {
  // koa-ratelimit fixes the quota of a middleware, so there is one for each quota.
  const limiters = new LRUCache<string, Middleware>({ max: 1000 });
  function limiterOf({ requests: max, windowSeconds }: Quota): Middleware {
    const key = `${max}/${windowSeconds}`;
    const known = limiters.get(key);
    if (known !== undefined) return known;
    const made: Middleware = ratelimit({ driver: 'redis', db: counters, max, duration: windowSeconds * 1000, id: countedAs });
    limiters.set(key, made);
    return made;
  }
  return async function rateLimit(ctx, next) {
    const { caller } = ctx.state;
    let allowed = false;
    await limiterOf(caller?.quota ?? perAddress)(ctx, async () => {
      allowed = true;
    });
    if (allowed) return next();
    metrics.count('rateLimited', { scope: caller === undefined ? 'address' : 'key' });
    const seconds = Number(ctx.response.get('X-RateLimit-Reset')) - Date.now() / 1000;
    throw new Problem('rate_limited', { headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) } });
  };
}
