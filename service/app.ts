import Koa from 'koa';
import { maxModelBodyBytes } from '../contract/body-limits.ts';
import { type EndpointName, endpointOf, endpoints } from '../contract/endpoints/index.ts';
import type { RateLimitClass } from '../contract/rate-limits.ts';
import { replayChecks } from './accounts/replay-checks.ts';
import { accountsRoutes } from './accounts/routes.ts';
import type { AppDependencies } from './app-dependencies.ts';
import { batchesRoutes } from './batches/routes.ts';
import { captionsRoutes } from './captions/routes.ts';
import { responsesRoutes } from './compatible/responses/routes.ts';
import { compatibleRoutes } from './compatible/routes.ts';
import { endpointsOn, type ListenerKind } from './endpoints-on.ts';
import { graphqlRoutes } from './graphql/routes.ts';
import { authentication } from './http/authentication.ts';
import { authorisation } from './http/authorisation.ts';
import { bodyLimit } from './http/body.ts';
import { setCommonHeaders } from './http/common-headers.ts';
import { compression } from './http/compression.ts';
import { conditionalRequests } from './http/conditional-requests.ts';
import type { Context, Middleware, State } from './http/context.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { errorHandler, handleUncaughtErrors } from './http/error-handler.ts';
import { httpMetrics } from './http/http-metrics.ts';
import { noStore } from './http/no-store.ts';
import { requestLog } from './http/request-log.ts';
import { requestSpan } from './http/request-span.ts';
import { requestSyntax } from './http/request-syntax.ts';
import type { Route } from './http/route.ts';
import { mountRoutes, unmatched } from './http/router.ts';
import { startupGate } from './http/startup-gate.ts';
import { requestTimeout } from './http/timeout.ts';
import { trustedHosts } from './http/trusted-hosts.ts';
import type { ReplayCheck } from './idempotency/middleware.ts';
import { newsSubjectRoutes } from './news/analysis/routes.ts';
import { newsAnalyticsRoutes } from './news/analytics/routes.ts';
import { newsArticlesRoutes } from './news/articles/routes.ts';
import { newsExportsRoutes } from './news/exports/routes.ts';
import { newsSourcesRoutes } from './news/sources/routes.ts';
import { longestModelRequest } from './providers/configuration.ts';
import { queriesRoutes } from './queries/routes.ts';
import { shapes } from './shapes.ts';
import { documentationRoutes } from './system/docs.ts';
import { metricsAccess } from './system/metrics-access.ts';
import { systemRoutes } from './system/routes.ts';
import { usageRoutes } from './usage/routes.ts';

/** The type requires a route for every endpoint of the contract, with that endpoint's shape. */
type Routes = { readonly [N in EndpointName]: Route<(typeof shapes)[N]> };

function allRoutes(dependencies: AppDependencies, served: readonly EndpointName[]): Routes {
  const { settings, log, lifecycle, rateLimits, accounts, usage, models, captions, queries, batches, sources, system, documents } =
    dependencies;
  const { articles, analytics, exports } = dependencies;
  const features = { accounts, usage, models, captions, queries, batches, articles, analytics, system };
  return {
    ...captionsRoutes(captions),
    ...queriesRoutes(queries, models),
    ...compatibleRoutes(dependencies),
    ...responsesRoutes(dependencies),
    ...batchesRoutes(batches),
    ...newsSourcesRoutes(sources),
    ...newsSubjectRoutes(dependencies.newsSubject),
    ...newsArticlesRoutes(articles),
    ...newsAnalyticsRoutes(analytics),
    ...newsExportsRoutes(exports),
    ...accountsRoutes(accounts),
    ...usageRoutes(usage),
    ...graphqlRoutes({ features, documents, rateLimits, log }),
    ...systemRoutes({ settings, system, lifecycle }),
    ...documentationRoutes({ version: settings.API_VERSION, served, shapes }),
  };
}

/** Runs for every request, outermost first. */
function commonMiddleware({ settings, log, metrics, lifecycle }: AppDependencies): Middleware[] {
  return [
    ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? [] : [requestSpan]),
    setCommonHeaders(settings.RELEASE_ID, lifecycle),
    httpMetrics(metrics),
    requestLog({ log, metrics, perSecond: settings.LOG_REQUESTS_PER_SECOND }),
    errorHandler(log),
    compression(),
    requestSyntax(),
    trustedHosts(settings.TRUSTED_HOSTS),
    crossOrigin(settings.CORS_ORIGINS),
    startupGate(lifecycle),
  ];
}

/** The middleware of an endpoint, outermost first, as its declaration in the contract requires. */
function endpointMiddleware(
  { settings, shutdown, rateLimits, accounts, idempotency }: AppDependencies,
  kind: ListenerKind,
): (name: EndpointName) => Middleware[] {
  const isReplayable: Readonly<Partial<Record<EndpointName, ReplayCheck>>> = replayChecks(accounts.keys);
  const conditional = conditionalRequests();
  const modelSeconds = longestModelRequest(settings);
  return (name) => {
    const {
      port,
      credentials,
      setsCookie,
      rateLimit,
      permission,
      conditional: hasETag,
      idempotent,
      callsModel,
      maxBodyBytes,
    } = endpointOf(name);
    const resolveCaller = (limits: RateLimitClass) => [authentication(accounts.authenticate), rateLimits.middleware(limits, name)];
    return [
      callsModel ? requestTimeout(modelSeconds, shutdown.signal) : requestTimeout(),
      ...(maxBodyBytes === maxModelBodyBytes ? [bodyLimit(settings.MAX_MODEL_BODY_BYTES)] : []),
      ...(credentials === undefined && !setsCookie ? [] : [noStore()]),
      ...(rateLimit === 'exempt' ? [] : resolveCaller(rateLimit)),
      ...(port === 'metrics' && kind !== 'metrics' ? metricsAccess(settings, [noStore(), ...resolveCaller('api')]) : []),
      authorisation(endpoints[name]),
      ...(hasETag ? [conditional(permission === 'public')] : []),
      ...(idempotent ? [idempotency.middleware(isReplayable[name])] : []),
    ];
  };
}

/** Trusts as many hops of X-Forwarded-For as there are trusted proxies. */
function createKoa({ settings: { TRUSTED_PROXIES, RELEASE_ID }, log }: AppDependencies): Koa<State> {
  const lines = log.child({ module: 'http' });
  const app = new Koa<State>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES });
  app.on('error', (error: Error, ctx: Context) => {
    // A client that disconnects is no failure of the service; any other error interrupted a response that had started.
    const disconnected = ctx.req.destroyed || ctx.res.destroyed;
    lines[disconnected ? 'debug' : 'warn']({ request_id: ctx.state.requestId, error }, 'Response not delivered');
  });
  handleUncaughtErrors(app, log, RELEASE_ID);
  return app;
}

/** The application behind one listener: it serves the listener's endpoints and no others. */
export function createApp(dependencies: AppDependencies, kind: ListenerKind): Koa<State> {
  const { settings, rateLimits } = dependencies;
  const served = endpointsOn(kind, settings);
  const app = createKoa(dependencies);
  for (const middleware of commonMiddleware(dependencies)) app.use(middleware);
  mountRoutes(app, allRoutes(dependencies, served), endpointMiddleware(dependencies, kind), served);
  if (kind !== 'metrics') app.use(rateLimits.middleware('api'));
  app.use(unmatched(served));
  return app;
}
