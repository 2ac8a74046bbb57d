import cors from '@koa/cors';
import Koa from 'koa';
import compress from 'koa-compress';
import * as z from 'zod';
import type { Authenticate } from './accounts/authenticate.ts';
import type { Counters } from './adapters/counters.ts';
import type { Generate } from './captions/captions.ts';
import { captionRoutes } from './captions/routes.ts';
import { type EndpointName, endpoints } from './contract/endpoints.ts';
import { product } from './contract/product.ts';
import { addressWindowSeconds } from './contract/rate-limits.ts';
import type { Settings } from './contract/settings.ts';
import { timings } from './contract/timings.ts';
import { authentication } from './http/authentication.ts';
import { authorisation } from './http/authorisation.ts';
import { body } from './http/body.ts';
import type { Middleware, State } from './http/context.ts';
import { errors } from './http/errors.ts';
import { logging } from './http/logging.ts';
import { measuring } from './http/measuring.ts';
import { rateLimit } from './http/rate-limit.ts';
import { release } from './http/release.ts';
import { requestId } from './http/request-id.ts';
import { answering, type Route } from './http/route.ts';
import { mount, unmatched } from './http/routes.ts';
import { securityHeaders } from './http/security.ts';
import { timeout } from './http/timeout.ts';
import { trustedHosts } from './http/trusted-hosts.ts';
import type { Lifecycle } from './shutdown.ts';
import { docsRoutes } from './system/docs.ts';
import type { Health } from './system/health.ts';
import { openApiDocument } from './system/openapi.ts';
import { systemRoutes } from './system/routes.ts';
import type { Logger } from './telemetry/log.ts';
import type { Metrics } from './telemetry/metrics.ts';

export interface Parts {
  readonly settings: Settings;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly authenticate: Authenticate;
  readonly counters: Counters;
  readonly generate: Generate;
  readonly lifecycle: Lifecycle;
}

/** Every endpoint of the contract has a handler here, and no handler is without an endpoint: else this does not compile. */
function allRoutes({ settings, health, metrics, generate, lifecycle }: Parts): Readonly<Record<EndpointName, Route>> {
  const running = { version: settings.API_VERSION, release: settings.RELEASE_ID };
  const described = {
    ...systemRoutes(running, health, metrics, () => lifecycle.state !== 'running'),
    ...captionRoutes(generate),
    ...docsRoutes(product.title),
  };
  const document = openApiDocument(described, running.version);
  return { ...described, openapi: answering(z.looseObject({}), () => document) } satisfies Record<EndpointName, Route>;
}

/** What every request passes, outermost first. */
function common(app: Koa<State>, { settings, log, metrics, lifecycle }: Parts): void {
  app.use(release(settings.RELEASE_ID, lifecycle));
  app.use(requestId());
  app.use(measuring(metrics));
  app.use(logging(log));
  app.use(compress());
  app.use(securityHeaders());
  app.use(errors(log));
  app.use(timeout(timings.request));
}

/** A caller's address is believed from X-Forwarded-For for so many hops as proxies are trusted. */
const koa = ({ settings: { TRUSTED_PROXIES } }: Parts) => new Koa<State>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES });

/** The API on PORT: every endpoint, /metrics among them unless it has a port of its own. */
export function createApp(parts: Parts): Koa<State> {
  const { settings, metrics, authenticate, counters } = parts;
  const perAddress = { requests: settings.RATE_LIMIT_IP_REQUESTS, windowSeconds: addressWindowSeconds };
  const limit = rateLimit(counters, perAddress, metrics);
  const guards = (name: EndpointName, route: Route): Middleware[] => [
    ...(endpoints[name].rateLimit === 'exempt' ? [] : [authentication(authenticate), limit]),
    authorisation(endpoints[name]),
    ...(route.body === undefined ? [] : [body()]),
  ];
  const app = koa(parts);
  common(app, parts);
  app.use(trustedHosts(settings.TRUSTED_HOSTS));
  app.use(cors({ origin: (ctx) => (settings.CORS_ORIGINS.includes(ctx.get('Origin')) ? ctx.get('Origin') : '') }));
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
