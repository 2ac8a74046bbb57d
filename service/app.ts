import Koa from 'koa';
import { type EndpointName, endpointOf, endpoints } from '../contract/endpoints/index.ts';
import { timings } from '../contract/timings.ts';
import { replayChecks } from './accounts/replay-checks.ts';
import { accountsRoutes } from './accounts/routes.ts';
import type { AppDependencies } from './app-dependencies.ts';
import { batchesRoutes } from './batches/routes.ts';
import { captionsRoutes } from './captions/routes.ts';
import { compatibleRoutes } from './compatible/routes.ts';
import { endpointsOn, type ListenerKind } from './endpoints-on.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { authentication } from './http/authentication.ts';
import { authorisation } from './http/authorisation.ts';
import { setCommonHeaders } from './http/common-headers.ts';
import { compression } from './http/compression.ts';
import { conditionalRequests } from './http/conditional-requests.ts';
import type { Context, Middleware, State } from './http/context.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { errorHandler, handleUncaughtErrors } from './http/error-handler.ts';
import { httpMetrics } from './http/http-metrics.ts';
import { noStore } from './http/no-store.ts';
import { createRateLimiter } from './http/rate-limit.ts';
import { requestLog } from './http/request-log.ts';
import { requestSyntax } from './http/request-syntax.ts';
import { mountRoutes, type Routes, unmatched } from './http/router.ts';
import { startupGate } from './http/startup-gate.ts';
import { requestTimeout } from './http/timeout.ts';
import { trustedHosts } from './http/trusted-hosts.ts';
import { idempotency, type ReplayCheck } from './idempotency/middleware.ts';
import { queriesRoutes } from './queries/routes.ts';
import { documentationRoutes } from './system/docs.ts';
import { metricsPortHint } from './system/metrics-port-hint.ts';
import { systemRoutes } from './system/routes.ts';
import { usageRoutes } from './usage/routes.ts';

/** Every endpoint of the contract has a route here, and no route is without an endpoint: else this does not compile. */
const allRoutes = (parts: AppDependencies, served: readonly EndpointName[]): Routes => ({
  ...captionsRoutes(parts),
  ...accountsRoutes(parts),
  ...usageRoutes(parts),
  ...graphqlRoutes(parts),
  ...queriesRoutes(parts),
  ...compatibleRoutes(parts),
  ...batchesRoutes(parts),
  ...systemRoutes(parts),
  ...documentationRoutes(parts, served),
});

/** What every request passes, outermost first. */
function common(app: Koa<State>, { settings, log, metrics, lifecycle }: AppDependencies): void {
  handleUncaughtErrors(app, log, settings.RELEASE_ID);
  app.use(setCommonHeaders(settings.RELEASE_ID, lifecycle));
  app.use(httpMetrics(metrics));
  app.use(requestLog(log));
  app.use(errorHandler(log));
  app.use(compression());
  app.use(requestTimeout(timings.request));
}

/** A caller's address is believed from X-Forwarded-For for so many hops as proxies are trusted. */
function koa({ settings: { TRUSTED_PROXIES }, log }: AppDependencies): Koa<State> {
  const app = new Koa<State>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES });
  app.on('error', (error: Error, ctx: Context) => {
    // A caller that left while it was being written to is nobody's fault; anything else broke off an answer that had begun.
    const left = ctx.req.destroyed || ctx.res.destroyed;
    log[left ? 'debug' : 'warn']({ request_id: ctx.state.requestId, error }, 'Answer not delivered');
  });
  return app;
}

/** What one listener answers: its own endpoints, and nothing else. */
export function createApp(parts: AppDependencies, kind: ListenerKind): Koa<State> {
  const { settings, log, metrics, authenticate, counters } = parts;
  const current: Readonly<Partial<Record<EndpointName, ReplayCheck>>> = replayChecks(parts);
  const tagged = conditionalRequests();
  const limit = createRateLimiter(counters, settings, metrics);
  const guards = (name: EndpointName): Middleware[] => [
    ...(endpointOf(name).credentials === undefined ? [] : [noStore()]),
    ...(endpoints[name].rateLimit === 'exempt' ? [] : [authentication(authenticate), limit(endpoints[name].rateLimit, name)]),
    authorisation(endpoints[name]),
    ...(endpointOf(name).conditional ? [tagged(endpointOf(name).permission === 'public')] : []),
    ...(endpointOf(name).idempotent ? [idempotency(parts.idempotency, log, current[name])] : []),
  ];
  const served = endpointsOn(kind, settings);
  const app = koa(parts);
  common(app, parts);
  app.use(requestSyntax());
  app.use(trustedHosts(settings.TRUSTED_HOSTS));
  app.use(crossOrigin(settings.CORS_ORIGINS));
  app.use(startupGate(parts.lifecycle));
  mountRoutes(app, allRoutes(parts, served), guards, served);
  if (kind !== 'metrics') app.use(metricsPortHint(settings));
  if (kind !== 'metrics') app.use(limit('api'));
  app.use(unmatched(served));
  return app;
}
