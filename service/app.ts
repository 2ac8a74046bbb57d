import Koa from 'koa';
import { type EndpointName, endpointOf, endpoints } from '../contract/endpoints.ts';
import { timings } from '../contract/timings.ts';
import { keptCredentials } from './accounts/kept-credentials.ts';
import { accountsRoutes } from './accounts/routes.ts';
import { batchesRoutes } from './batches/routes.ts';
import { captionsRoutes } from './captions/routes.ts';
import { compatibleRoutes } from './compatible/routes.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { authentication } from './http/authentication.ts';
import { authorisation } from './http/authorisation.ts';
import { compression } from './http/compression.ts';
import { conditional } from './http/conditional.ts';
import type { Context, Middleware, State } from './http/context.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { envelope } from './http/envelope.ts';
import { catchAll, errors } from './http/errors.ts';
import { type IsCurrent, idempotency } from './http/idempotency.ts';
import { logging } from './http/logging.ts';
import { measuring } from './http/measuring.ts';
import { noStore } from './http/no-store.ts';
import { rateLimiting } from './http/rate-limit.ts';
import { requestSyntax } from './http/request-syntax.ts';
import { mount, type Routes, unmatched } from './http/routes.ts';
import { starting } from './http/starting.ts';
import { timeout } from './http/timeout.ts';
import { trustedHosts } from './http/trusted-hosts.ts';
import type { Parts } from './parts.ts';
import { queriesRoutes } from './queries/routes.ts';
import { type AppKind, servedBy } from './served.ts';
import { documentationRoutes } from './system/docs.ts';
import { metricsOnOtherPort } from './system/metrics-port.ts';
import { systemRoutes } from './system/routes.ts';
import { usageRoutes } from './usage/routes.ts';

/** Every endpoint of the contract has a route here, and no route is without an endpoint: else this does not compile. */
const allRoutes = (parts: Parts, served: readonly EndpointName[]): Routes => ({
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
function common(app: Koa<State>, { settings, log, metrics, lifecycle }: Parts): void {
  catchAll(app, log, settings.RELEASE_ID);
  app.use(envelope(settings.RELEASE_ID, lifecycle));
  app.use(measuring(metrics));
  app.use(logging(log));
  app.use(errors(log));
  app.use(compression());
  app.use(timeout(timings.request));
}

/** A caller's address is believed from X-Forwarded-For for so many hops as proxies are trusted. */
function koa({ settings: { TRUSTED_PROXIES }, log }: Parts): Koa<State> {
  const app = new Koa<State>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES });
  app.on('error', (error: Error, ctx: Context) => {
    // A caller that left while it was being written to is nobody's fault; anything else broke off an answer that had begun.
    const left = ctx.req.destroyed || ctx.res.destroyed;
    log[left ? 'debug' : 'warn']({ request_id: ctx.state.requestId, error }, 'Answer not delivered');
  });
  return app;
}

/** What one listener answers: its own endpoints, and nothing else. */
export function createApp(parts: Parts, kind: AppKind): Koa<State> {
  const { settings, log, metrics, authenticate, counters } = parts;
  const current: Readonly<Partial<Record<EndpointName, IsCurrent>>> = keptCredentials(parts);
  const tagged = conditional();
  const limit = rateLimiting(counters, settings, metrics);
  const guards = (name: EndpointName): Middleware[] => [
    ...(endpointOf(name).credentials === undefined ? [] : [noStore()]),
    ...(endpoints[name].rateLimit === 'exempt' ? [] : [authentication(authenticate), limit(endpoints[name].rateLimit, name)]),
    authorisation(endpoints[name]),
    ...(endpointOf(name).conditional ? [tagged(endpointOf(name).permission === 'public')] : []),
    ...(endpointOf(name).idempotent ? [idempotency(parts.idempotency, log, current[name])] : []),
  ];
  const served = servedBy(kind, settings);
  const app = koa(parts);
  common(app, parts);
  app.use(requestSyntax());
  app.use(trustedHosts(settings.TRUSTED_HOSTS));
  app.use(crossOrigin(settings.CORS_ORIGINS));
  app.use(starting(parts.lifecycle));
  mount(app, allRoutes(parts, served), guards, served);
  if (kind !== 'metrics') app.use(metricsOnOtherPort(settings));
  if (kind !== 'metrics') app.use(limit('api'));
  app.use(unmatched(served));
  return app;
}
