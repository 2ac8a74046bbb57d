import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import { type EdgeRoutes, isGeneral } from './edge-routes.ts';
import { componentLabels } from './labels.ts';

/** Fields of Traefik's Middleware (traefik.io/v1alpha1) that are used here. */
type MiddlewareSpec =
  /** `average` requests per `period`, and `burst` at once, which includes the first. */
  | {
      readonly rateLimit: {
        readonly average: number;
        readonly period: `${number}s`;
        readonly burst: number;
        readonly sourceCriterion?: { readonly ipStrategy: { readonly depth: number } };
      };
    }
  /** Buffers responses too, so it must not be used for streamed responses. */
  | { readonly buffering: { readonly maxRequestBodyBytes: number; readonly memRequestBodyBytes: number } };

/** A Traefik Middleware; tests validate it against its CRD. @returns its name */
function addMiddleware(scope: Construct, environment: Environment, suffix: string, spec: MiddlewareSpec): string {
  const name = `${environment.names.route}-${suffix}`;
  new ApiObject(scope, `middleware-${suffix}`, {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name, labels: componentLabels(environment, 'edge') },
    spec,
  });
  return name;
}

/** Middlewares with the limits of these routes, in the order of execution. @returns their names */
export function addLimitMiddlewares(scope: Construct, environment: Environment, routes: EdgeRoutes): string[] {
  const { name, rate, bodyBytes } = routes;
  const rateLimit = rate && { average: rate.requests, period: `${rate.seconds}s` as const, burst: rate.burst + 1, ...source(environment) };
  return [
    ...(rateLimit ? [addMiddleware(scope, environment, `${name}-rate`, { rateLimit })] : []),
    // Buffered in memory, because the controller's root may be read-only. The service itself limits bodies of streamed routes.
    ...(rateLimit && !isGeneral(routes)
      ? [
          addMiddleware(scope, environment, `${name}-body`, {
            buffering: { maxRequestBodyBytes: bodyBytes, memRequestBodyBytes: bodyBytes },
          }),
        ]
      : []),
  ];
}

/** The client address for rate limits: the peer, or the address that trusted proxies before the edge report. */
function source({ config }: Environment) {
  const depth = Number(config.TRUSTED_PROXIES ?? 0) - 1;
  return depth > 0 ? { sourceCriterion: { ipStrategy: { depth } } } : {};
}
