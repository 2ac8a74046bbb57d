import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { endpoints } from '../../contract/endpoints/index.ts';
import { maxBodyBytes, type Rate, type RateLimitClass, rateLimits } from '../../contract/rate-limits.ts';
import type { Environment } from '../environments/environment.ts';

export interface EdgePath {
  readonly path: string;
  /** Else the path and everything below it. */
  readonly exact: boolean;
  readonly service: 'api' | 'graphql';
}

/** Paths that the edge treats alike. */
export interface EdgeRoutes {
  readonly name: RateLimitClass;
  readonly paths: readonly EdgePath[];
  /** What is let through of an address; not set: everything. */
  readonly rate?: Rate;
  /** Largest body of a request. */
  readonly bodyBytes: number;
}

/** The class of whatever has no paths of its own, answers that are streamed among it. */
const general = 'api' satisfies RateLimitClass;
export const isGeneral = ({ name }: EdgeRoutes): boolean => name === general;

/**
 * What the edge forwards, by rate-limit class: the paths of each class by their names, everything else as the general class.
 * METRICS_PORT stands behind no Service, so nothing here leads to it (guide row API-46).
 * @throws when a class with paths of its own has one that varies, which not every edge can tell apart
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
    const bodyBytes = Math.max(maxBodyBytes, ...own.map(({ maxBodyBytes: most = maxBodyBytes }) => most));
    return paths.length > 0 ? [{ name, paths, bodyBytes, ...(rate && { rate }) }] : [];
  });
}

function exactPaths(name: RateLimitClass, own: readonly Endpoint[]): EdgePath[] {
  const paths = new Set(own.flatMap(({ path, aliases = [] }) => [path, ...aliases]));
  return [...paths].map((path) => {
    if (path.includes(':')) throw new Error(`edge: ${path} varies, but its rate-limit class ${name} has limits of its own at the edge`);
    return { path, exact: true, service: 'api' };
  });
}
