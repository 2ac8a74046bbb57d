import Koa from 'koa';
import { generateRequest, generateResponse } from './captions/schema.ts';
import { type EndpointName, endpoints } from './contract/endpoints.ts';
import { product } from './contract/product.ts';
import { addressWindowSeconds } from './contract/rate-limits.ts';
import { timings } from './contract/timings.ts';
import { authentication } from './http/authentication.ts';
import { authorisation } from './http/authorisation.ts';
import { compression } from './http/compression.ts';
import type { Middleware, State } from './http/context.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { errors } from './http/errors.ts';
import { logging } from './http/logging.ts';
import { measuring } from './http/measuring.ts';
import { rateLimit } from './http/rate-limit.ts';
import { release } from './http/release.ts';
import { requestId } from './http/request-id.ts';
import { accepting, answering, type Route } from './http/route.ts';
import { mount, unmatched } from './http/routes.ts';
import { securityHeaders } from './http/security.ts';
import { timeout } from './http/timeout.ts';
import { trustedHosts } from './http/trusted-hosts.ts';
import type { Parts } from './parts.ts';
import { docsRoutes } from './system/docs.ts';
import { openApiRoute } from './system/openapi.ts';
import { systemRoutes } from './system/routes.ts';
import { cacheStatsResponse } from './system/schema.ts';

/** Every endpoint of the contract has a handler here, and no handler is without an endpoint: else this does not compile. */
function allRoutes({ settings, health, metrics, generate, cacheStats, lifecycle }: Parts): Readonly<Record<EndpointName, Route>> {
  const running = { version: settings.API_VERSION, release: settings.RELEASE_ID };
  const system = systemRoutes(running, health, metrics, () => lifecycle.state !== 'running');
  const docs = docsRoutes(product.title);
  const routes: Readonly<Record<EndpointName, Route>> = {
    root: system.root,
    generate: accepting(generateRequest, generateResponse, generate),
    health: system.health,
    ready: system.ready,
    healthDetailed: system.healthDetailed,
    metrics: system.metrics,
    usage: system.usage,
    cacheStats: answering(cacheStatsResponse, cacheStats),
    openapi: openApiRoute(() => routes, running.version),
    docs: docs.page,
    docsFile: docs.file,
  };
  return routes;
}

/** What every request passes, outermost first. */
function common(app: Koa<State>, { settings, log, metrics, lifecycle }: Parts): void {
  app.use(release(settings.RELEASE_ID, lifecycle));
  app.use(requestId());
  app.use(measuring(metrics));
  app.use(logging(log));
  app.use(compression());
  app.use(securityHeaders());
  app.use(errors(log));
  app.use(timeout(timings.request));
}

/** A caller's address is believed from X-Forwarded-For for so many hops as proxies are trusted. */
function koa({ settings: { TRUSTED_PROXIES }, log }: Parts): Koa<State> {
  const app = new Koa<State>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES });
  // What comes here could not be answered any more: the caller left while it was being written to.
  app.on('error', (error: Error) => log.debug({ reason: error.message }, 'Answer not delivered'));
  return app;
}

/** The API on PORT: every endpoint, /metrics among them unless it has a port of its own. */
export function createApp(parts: Parts): Koa<State> {
  const { settings, metrics, authenticate, counters } = parts;
  const perAddress = { requests: settings.RATE_LIMIT_IP_REQUESTS, windowSeconds: addressWindowSeconds };
  const limit = rateLimit(counters, perAddress, metrics);
  const guards = (name: EndpointName): Middleware[] => [
    ...(endpoints[name].rateLimit === 'exempt' ? [] : [authentication(authenticate), limit]),
    authorisation(endpoints[name]),
  ];
  const app = koa(parts);
  common(app, parts);
  app.use(trustedHosts(settings.TRUSTED_HOSTS));
  app.use(crossOrigin(settings.CORS_ORIGINS));
  const metricsHere = settings.ENABLE_METRICS && settings.METRICS_PORT === undefined;
  mount(app, allRoutes(parts), guards, (name) => endpoints[name].port === 'http' || metricsHere);
  app.use(limit);
  app.use(unmatched);
  return app;
}

/** METRICS_PORT: the endpoints that the contract puts there, and nothing else. */
export function createMetricsApp(parts: Parts): Koa<State> {
  const app = koa(parts);
  common(app, parts);
  mount(
    app,
    allRoutes(parts),
    () => [],
    (name) => endpoints[name].port === 'metrics',
  );
  app.use(unmatched);
  return app;
}
