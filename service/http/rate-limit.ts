import ratelimit from 'koa-ratelimit';
import { type EndpointName, endpointOf } from '../../contract/endpoints/index.ts';
import { type LimitName, limits, type RateLimitClass, rateLimits } from '../../contract/rate-limits.ts';
import type { Settings } from '../../contract/settings.ts';
import type { RateLimitStore } from '../redis/rate-limit-store.ts';
import type { CountedWindow, RateWindow } from '../redis/redis.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Caller, Quota } from './caller.ts';
import { clientNetwork } from './client-network.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

export interface RateLimitOptions {
  readonly store: RateLimitStore;
  readonly settings: Settings;
  readonly metrics: Metrics;
}

/** Who sent a request. */
interface Client {
  readonly caller: Caller | undefined;
  readonly address: () => string;
}

/** A limit of an endpoint under the settings of this process. */
interface EndpointLimit {
  readonly name: LimitName;
  /** End of the key of its windows. */
  readonly scope: string;
  /** undefined: the quota of the caller. */
  readonly quota: Quota | undefined;
}

/** The limits of an endpoint that apply under the settings. */
function limitsOf(names: readonly LimitName[], endpoint: EndpointName | undefined, settings: Settings): EndpointLimit[] {
  const configured = endpoint && settings.RATE_LIMIT_ENDPOINTS?.[endpoint];
  const quotaOf = (name: LimitName): Quota | undefined => {
    const { quota } = limits[name];
    if ('perEndpoint' in limits[name] && configured !== undefined) return configured;
    if (typeof quota === 'string') return undefined;
    const requests = settings[quota.requests];
    return requests === undefined ? undefined : { requests, windowSeconds: quota.windowSeconds };
  };
  return names
    .map((name) => ({ name, scope: 'perEndpoint' in limits[name] ? `${name}:${endpoint}` : name, quota: quotaOf(name) }))
    .filter(({ name, quota }) => quota !== undefined || limits[name].quota === 'own');
}

/** The name that a limit counts requests by. */
function subjectOf(name: LimitName, { caller, address }: Client): string {
  const { per } = limits[name];
  return caller === undefined || per === 'address' ? `address:${address()}` : caller.id;
}

/** A window of one limit. */
interface LimitWindow extends RateWindow {
  readonly name: LimitName;
  readonly windowSeconds: number;
}

function windowOf({ name, scope, quota = undefined }: EndpointLimit, client: Client): LimitWindow[] {
  const { requests, windowSeconds } = quota ?? client.caller?.quota ?? {};
  if (requests === undefined || windowSeconds === undefined) return [];
  return [{ name, windowSeconds, requests, key: `limit:{${subjectOf(name, client)}}:${scope}`, milliseconds: windowSeconds * 1000 }];
}

/** A window after a request was counted in it. */
interface LimitState extends LimitWindow {
  readonly isExceeded: boolean;
  /** Requests that remain after this one. */
  readonly remaining: number;
  readonly secondsLeft: number;
}

function stateOf(window: LimitWindow, { count, leftMs }: CountedWindow): LimitState {
  const secondsLeft = Math.max(1, Math.min(Math.ceil(leftMs / 1000), window.windowSeconds));
  return { ...window, isExceeded: count > window.requests, remaining: Math.max(0, window.requests - count), secondsLeft };
}

/** Counts a request in the windows of its limits, with one command; ends with the first limit that rejects it. */
async function countRequest({ store, metrics }: RateLimitOptions, applied: readonly EndpointLimit[], client: Client) {
  const windows = applied.flatMap((limit) => windowOf(limit, client));
  const counted = windows.length === 0 ? [] : await store.count(windows);
  const states = windows.flatMap((window, index) => (counted[index] ? [stateOf(window, counted[index])] : []));
  const last = states.at(-1);
  if (last?.isExceeded) metrics.count('rateLimited', { limit: last.name });
  return { states, last };
}

/** The database of koa-ratelimit: a window that is counted already. */
class CountedDatabase extends Map<string, never> {
  readonly #state: LimitState;
  constructor(state: LimitState) {
    super();
    this.#state = state;
  }
  /** [remaining before this request, end of the window in epoch seconds, quota] */
  async ratelimiter(): Promise<[number, number, number]> {
    const { isExceeded, remaining, secondsLeft, requests } = this.#state;
    return [isExceeded ? 0 : remaining + 1, Math.ceil(Date.now() / 1000) + secondsLeft, requests];
  }
}
/** koa-ratelimit with the window of the limit that rejects, or of the last one. */
const koaRatelimit = (state: LimitState): Middleware =>
  ratelimit({ driver: 'redis', db: new CountedDatabase(state), max: state.requests, duration: state.milliseconds, id: () => state.key });

/**
 * Creates the middleware of an endpoint. It counts a request in every limit of the endpoint's class, and sets the headers RateLimit-Policy
 * and RateLimit (draft-ietf-httpapi-ratelimit-headers) in addition to those of koa-ratelimit.
 */
function createMiddleware(options: RateLimitOptions) {
  return (group: RateLimitClass, endpoint?: EndpointName): Middleware => {
    const { authenticated, anonymous } = rateLimits[group];
    const applied = {
      authenticated: limitsOf(authenticated, endpoint, options.settings),
      anonymous: limitsOf(anonymous, endpoint, options.settings),
    };
    return async function rateLimit(ctx, next) {
      const { caller } = ctx.state;
      const client = { caller, address: () => clientNetwork(ctx.ip) };
      const { states, last } = await countRequest(options, caller === undefined ? applied.anonymous : applied.authenticated, client);
      if (last === undefined) return next();
      ctx.set({
        'RateLimit-Policy': states.map(({ name, requests, windowSeconds }) => `"${name}";q=${requests};w=${windowSeconds}`).join(', '),
        RateLimit: states.map(({ name, remaining, secondsLeft }) => `"${name}";r=${remaining};t=${secondsLeft}`).join(', '),
      });
      await koaRatelimit(last)(ctx, async () => {});
      if (last.isExceeded) throw new Problem('rate_limited', { headers: { 'Retry-After': String(last.secondsLeft) } });
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
function createFieldCounter(options: RateLimitOptions) {
  return (caller: Caller): CountField => {
    let counted: readonly LimitName[] = ['caller'];
    return async (endpoint) => {
      const names = rateLimits[endpointOf(endpoint).rateLimit].authenticated.filter(
        (name) => limits[name].per !== 'address' && !counted.includes(name),
      );
      counted = [];
      const { last } = await countRequest(options, limitsOf(names, endpoint, options.settings), { caller, address: () => '' });
      if (last?.isExceeded) throw new Problem('rate_limited', { detail: `Too many requests: try again in ${last.secondsLeft} seconds.` });
    };
  };
}

/** The rate limits of the service: a middleware for endpoints, and a counter for the root fields of GraphQL requests. */
export const createRateLimits = (options: RateLimitOptions) => ({
  middleware: createMiddleware(options),
  fieldCounter: createFieldCounter(options),
});
export type RateLimits = ReturnType<typeof createRateLimits>;
