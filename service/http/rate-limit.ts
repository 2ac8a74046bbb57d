import ratelimit from 'koa-ratelimit';
import { LRUCache } from 'lru-cache';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import { type LimitName, limits, type RateLimitClass, rateLimits } from '../../contract/rate-limits.ts';
import type { Settings } from '../../contract/settings.ts';
import type { RateLimitStore } from '../redis/rate-limit-store.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Caller, Quota } from './caller.ts';
import { clientNetwork } from './client-network.ts';
import { type Context, callerOf, type Middleware } from './context.ts';
import { Problem } from './problem.ts';

export interface RateLimitOptions {
  readonly store: RateLimitStore;
  readonly settings: Settings;
  readonly metrics: Metrics;
}

const countedAs = {
  caller: (ctx: Context) => callerOf(ctx).id,
  address: (ctx: Context) => `address:${clientNetwork(ctx.ip)}`,
} as const;

function quotaOf(name: LimitName, settings: Settings, caller: () => Caller): Quota {
  const { quota } = limits[name];
  return quota === 'own' ? caller().quota : { requests: settings[quota.requests], windowSeconds: quota.windowSeconds };
}

/** One limit with one quota: koa-ratelimit fixes the quota of a middleware. */
interface Limiter {
  readonly name: LimitName;
  readonly windowSeconds: number;
  readonly count: Middleware;
  /** Its item of the header RateLimit-Policy. */
  readonly policy: string;
}

function limiter(counters: RateLimitStore, name: LimitName, scope: string, { requests, windowSeconds }: Quota): Limiter {
  const who = countedAs[limits[name].per];
  const id = (ctx: Context) => `${scope}:${who(ctx)}`;
  const count: Middleware = ratelimit({ driver: 'redis', db: counters, max: requests, duration: windowSeconds * 1000, id });
  return { name, windowSeconds, count, policy: `"${name}";q=${requests};w=${windowSeconds}` };
}

const joined = (ctx: Context, header: string, item: string) => (ctx.res.hasHeader(header) ? `${ctx.response.get(header)}, ${item}` : item);

/**
 * Counts a request, and tells so in the headers RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers) besides
 * those of koa-ratelimit. Over the limit: 429 with Retry-After.
 */
async function pass(ctx: Context, { name, windowSeconds, count, policy }: Limiter, metrics: Metrics): Promise<void> {
  let allowed = false;
  await count(ctx, async () => {
    allowed = true;
  });
  const left = Math.ceil(Number(ctx.response.get('X-RateLimit-Reset')) - Date.now() / 1000);
  const seconds = Math.max(1, Math.min(left, windowSeconds));
  ctx.set('RateLimit-Policy', joined(ctx, 'RateLimit-Policy', policy));
  ctx.set('RateLimit', joined(ctx, 'RateLimit', `"${name}";r=${ctx.response.get('X-RateLimit-Remaining')};t=${seconds}`));
  if (allowed) return;
  metrics.count('rateLimited', { limit: name });
  throw new Problem('rate_limited', { headers: { 'Retry-After': String(seconds) } });
}

/** Makes the middleware of an endpoint: it counts a request in every limit of the endpoint's class. */
function createRateLimiter({ store: counters, settings, metrics }: RateLimitOptions) {
  const limiters = new LRUCache<string, Limiter>({ max: 1000 });
  function limiterOf(name: LimitName, endpoint: EndpointName | undefined, ctx: Context): Limiter {
    const quota = quotaOf(name, settings, () => callerOf(ctx));
    const scope = 'perEndpoint' in limits[name] ? `${name}:${endpoint}` : name;
    const key = `${scope}:${quota.requests}/${quota.windowSeconds}`;
    const known = limiters.get(key);
    if (known !== undefined) return known;
    const made = limiter(counters, name, scope, quota);
    limiters.set(key, made);
    return made;
  }
  return (group: RateLimitClass, endpoint?: EndpointName): Middleware => {
    const { authenticated, anonymous } = rateLimits[group];
    return async function rateLimit(ctx, next) {
      for (const name of ctx.state.caller === undefined ? anonymous : authenticated) {
        await pass(ctx, limiterOf(name, endpoint, ctx), metrics);
      }
      return next();
    };
  };
}

/** Counts what one request asks for as if it had come in a request of its own: throws `rate_limited` where that is one too many. */
export type CountField = (endpoint: EndpointName) => Promise<void>;

/**
 * Makes the count of one request that may ask for several things (GraphQL): each counts in the caller's limits as a request to its
 * endpoint does, in the same counts. The request itself has been counted as the first of them.
 */
function createFieldLimiter({ store: counters, settings, metrics }: RateLimitOptions) {
  async function count(name: LimitName, caller: Caller): Promise<void> {
    const { requests, windowSeconds } = quotaOf(name, settings, () => caller);
    // As koa-ratelimit names it.
    const [left, endsAt] = await counters.ratelimiter(`limit:${name}:${caller.id}`, Date.now(), windowSeconds * 1000, requests);
    if (left > 0) return;
    metrics.count('rateLimited', { limit: name });
    const seconds = Math.max(1, Math.ceil(endsAt - Date.now() / 1000));
    throw new Problem('rate_limited', { detail: `Too many requests: come back in ${seconds} seconds.` });
  }
  return (caller: Caller): CountField => {
    let counted: readonly LimitName[] = ['caller'];
    return async (endpoint) => {
      const names = rateLimits[endpointOf(endpoint).rateLimit].authenticated.filter((name) => limits[name].per === 'caller');
      const due = names.filter((name) => !counted.includes(name));
      counted = [];
      for (const name of due) await count(name, caller);
    };
  };
}

/** The rate limits of the service: a middleware for endpoints, and a counter for the fields of one GraphQL request. */
export const createRateLimits = (options: RateLimitOptions) => ({
  middleware: createRateLimiter(options),
  fieldCounter: createFieldLimiter(options),
});
export type RateLimits = ReturnType<typeof createRateLimits>;
