import { maxBodyBytes } from '../../contract/body-limits.ts';
import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import { type Rate, type RateLimitClass, rateLimits } from '../../contract/rate-limits.ts';
import type { Environment } from '../environments/environment.ts';

export interface EdgePath {
  readonly path: string;
  /** Otherwise a path prefix. */
  readonly exact: boolean;
  readonly service: 'api' | 'graphql';
}

/** Paths with the same limits at the edge. */
export interface EdgeRoutes {
  readonly name: RateLimitClass;
  readonly paths: readonly EdgePath[];
  /** Rate limit per client address; not set: unlimited. */
  readonly rate?: Rate;
  /** Maximum size of a request body. */
  readonly bodyBytes: number;
}

/** The class of all paths without a class of their own, streamed responses among them. */
const general = 'api' satisfies RateLimitClass;
export const isGeneral = ({ name }: EdgeRoutes): boolean => name === general;

/**
 * Routes of the edge by rate-limit class: each class has its exact paths, and the general class all others, /metrics of PORT
 * among them, which needs a credential. No Service exposes METRICS_PORT, so no route can reach it.
 * @throws if a class with limits at the edge has a path with parameters, which not every edge can match
 */
export function edgeRoutes({ workloads }: Environment): readonly EdgeRoutes[] {
  const all: readonly Endpoint[] = Object.values(endpoints);
  const names = Object.keys(rateLimits).filter((name): name is RateLimitClass => name in rateLimits);
  return names.flatMap((name) => {
    const own = all.filter(({ rateLimit, port }) => rateLimit === name && port !== 'metrics');
    const graphql: EdgePath[] = workloads.graphql ? [{ path: endpoints.graphql.path, exact: false, service: 'graphql' }] : [];
    const paths = name === general ? [...graphql, { path: '/', exact: false, service: 'api' as const }] : exactPaths(name, own);
    const declared = rateLimits[name];
    const rate = 'edge' in declared ? declared.edge : undefined;
    const bodyBytes = Math.max(maxBodyBytes, ...own.map(({ maxBodyBytes: max = maxBodyBytes }) => max));
    return paths.length > 0 ? [{ name, paths, bodyBytes, ...(rate && { rate }) }] : [];
  });
}

function exactPaths(name: RateLimitClass, own: readonly Endpoint[]): EdgePath[] {
  const paths = new Set(own.flatMap(({ path, aliases = [] }) => [path, ...aliases]));
  return [...paths].map((path) => {
    if (path.includes(':'))
      throw new Error(`edge: ${path} has parameters, but its rate-limit class ${name} has limits of its own at the edge`);
    return { path, exact: true, service: 'api' };
  });
}
