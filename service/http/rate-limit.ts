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

/** The name that a limit counts requests by. */
const subjectOf = {
  caller: (ctx: Context) => callerOf(ctx).id,
  address: (ctx: Context) => `address:${clientNetwork(ctx.ip)}`,
} as const;

function quotaOf(name: LimitName, settings: Settings, caller: () => Caller): Quota {
  const { quota } = limits[name];
  return quota === 'own' ? caller().quota : { requests: settings[quota.requests], windowSeconds: quota.windowSeconds };
}

/** A limit with one quota: a middleware of koa-ratelimit has a fixed quota. */
interface Limiter {
  readonly name: LimitName;
  readonly windowSeconds: number;
  readonly count: Middleware;
  /** Its item of the header RateLimit-Policy. */
  readonly policy: string;
}

function createLimiter(store: RateLimitStore, name: LimitName, scope: string, { requests, windowSeconds }: Quota): Limiter {
  const subject = subjectOf[limits[name].per];
  const id = (ctx: Context) => `${scope}:${subject(ctx)}`;
  const count: Middleware = ratelimit({ driver: 'redis', db: store, max: requests, duration: windowSeconds * 1000, id });
  return { name, windowSeconds, count, policy: `"${name}";q=${requests};w=${windowSeconds}` };
}

function appendHeader(ctx: Context, header: string, item: string): void {
  ctx.set(header, ctx.res.hasHeader(header) ? `${ctx.response.get(header)}, ${item}` : item);
}

/**
 * Counts a request. Sets the headers RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers) in addition to those of
 * koa-ratelimit.
 * @throws {Problem} rate_limited
 */
async function countRequest(ctx: Context, { name, windowSeconds, count, policy }: Limiter, metrics: Metrics): Promise<void> {
  let isAllowed = false;
  await count(ctx, async () => {
    isAllowed = true;
  });
  const remainingSeconds = Math.ceil(Number(ctx.response.get('X-RateLimit-Reset')) - Date.now() / 1000);
  const seconds = Math.max(1, Math.min(remainingSeconds, windowSeconds));
  appendHeader(ctx, 'RateLimit-Policy', policy);
  appendHeader(ctx, 'RateLimit', `"${name}";r=${ctx.response.get('X-RateLimit-Remaining')};t=${seconds}`);
  if (isAllowed) return;
  metrics.count('rateLimited', { limit: name });
  throw new Problem('rate_limited', { headers: { 'Retry-After': String(seconds) } });
}

/** Creates the middleware of an endpoint. It counts a request in every limit of the endpoint's class. */
function createMiddleware({ store, settings, metrics }: RateLimitOptions) {
  const limiters = new LRUCache<string, Limiter>({ max: 1000 });
  function limiterOf(name: LimitName, endpoint: EndpointName | undefined, ctx: Context): Limiter {
    const quota = quotaOf(name, settings, () => callerOf(ctx));
    const scope = 'perEndpoint' in limits[name] ? `${name}:${endpoint}` : name;
    const key = `${scope}:${quota.requests}/${quota.windowSeconds}`;
    const limiter = limiters.get(key) ?? createLimiter(store, name, scope, quota);
    limiters.set(key, limiter);
    return limiter;
  }
  return (group: RateLimitClass, endpoint?: EndpointName): Middleware => {
    const { authenticated, anonymous } = rateLimits[group];
    return async function rateLimit(ctx, next) {
      for (const name of ctx.state.caller === undefined ? anonymous : authenticated) {
        await countRequest(ctx, limiterOf(name, endpoint, ctx), metrics);
      }
      return next();
    };
  };
}

/** Counts a GraphQL root field like a request to its endpoint. @throws {Problem} rate_limited */
export type CountField = (endpoint: EndpointName) => Promise<void>;

/**
 * Creates the counter of one GraphQL request. Each root field counts in the caller's limits, in the same windows as requests to its
 * endpoint. The first field is counted already: the request itself was.
 */
function createFieldCounter({ store, settings, metrics }: RateLimitOptions) {
  async function count(name: LimitName, caller: Caller): Promise<void> {
    const { requests, windowSeconds } = quotaOf(name, settings, () => caller);
    // The same key as that of koa-ratelimit.
    const [remaining, endsAt] = await store.ratelimiter(`limit:${name}:${caller.id}`, Date.now(), windowSeconds * 1000, requests);
    if (remaining > 0) return;
    metrics.count('rateLimited', { limit: name });
    const seconds = Math.max(1, Math.ceil(endsAt - Date.now() / 1000));
    throw new Problem('rate_limited', { detail: `Too many requests: try again in ${seconds} seconds.` });
  }
  return (caller: Caller): CountField => {
    let counted: readonly LimitName[] = ['caller'];
    return async (endpoint) => {
      const names = rateLimits[endpointOf(endpoint).rateLimit].authenticated.filter((name) => limits[name].per === 'caller');
      const uncounted = names.filter((name) => !counted.includes(name));
      counted = [];
      for (const name of uncounted) await count(name, caller);
    };
  };
}

/** The rate limits of the service: a middleware for endpoints, and a counter for the root fields of GraphQL requests. */
export const createRateLimits = (options: RateLimitOptions) => ({
  middleware: createMiddleware(options),
  fieldCounter: createFieldCounter(options),
});
export type RateLimits = ReturnType<typeof createRateLimits>;
