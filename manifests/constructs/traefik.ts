import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Environment } from '../environments/environment.ts';
import { type EdgeRoutes, isGeneral } from './edge-routes.ts';
import { componentLabels } from './labels.ts';

/** The part of Traefik's kind Middleware (traefik.io/v1alpha1) that is used here. */
type MiddlewareSpec =
  /** `average` requests in `period` evenly, and `burst` at once, the first among them. */
  | {
      readonly rateLimit: {
        readonly average: number;
        readonly period: `${number}s`;
        readonly burst: number;
        readonly sourceCriterion?: { readonly ipStrategy: { readonly depth: number } };
      };
    }
  /** It holds back the whole answer too: never in front of what is streamed. */
  | { readonly buffering: { readonly maxRequestBodyBytes: number; readonly memRequestBodyBytes: number } };

/** An object of Traefik's own kind; its CRD judges it in tests. @returns its name */
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

/** What limits these routes, in the order in which requests pass it. @returns the names */
export function addLimitMiddlewares(scope: Construct, environment: Environment, routes: EdgeRoutes): string[] {
  const { name, rate, bodyBytes } = routes;
  const rateLimit = rate && { average: rate.requests, period: `${rate.seconds}s` as const, burst: rate.burst + 1, ...source(environment) };
  return [
    ...(rateLimit ? [addMiddleware(scope, environment, `${name}-rate`, { rateLimit })] : []),
    // All in memory: the controller's root may be read-only. What is streamed is limited by the service alone.
    ...(rateLimit && !isGeneral(routes)
      ? [
          addMiddleware(scope, environment, `${name}-body`, {
            buffering: { maxRequestBodyBytes: bodyBytes, memRequestBodyBytes: bodyBytes },
          }),
        ]
      : []),
  ];
}

/** Whose requests are counted together: the peer, or the address that the proxies before the edge report. */
function source({ config }: Environment) {
  const depth = Number(config.TRUSTED_PROXIES ?? 0) - 1;
  return depth > 0 ? { sourceCriterion: { ipStrategy: { depth } } } : {};
}
