import { maxBodyBytes } from '../../../contract/body-limits.ts';
import type { Endpoint } from '../../../contract/endpoints/endpoint.ts';
import { type EndpointName, endpointNames, endpointOf } from '../../../contract/endpoints/index.ts';
import type { RateLimitClass } from '../../../contract/rate-limits.ts';

/** A path of the service for nginx. */
export interface Route {
  readonly path: string;
  /** Regular expression, for `~`: nginx matches it against the decoded path, without double slashes and dot segments. */
  readonly pattern: string;
  readonly listener: 'http' | 'graphql';
  readonly endpoints: readonly EndpointName[];
  /** Methods by rate-limit class. */
  readonly classes: ReadonlyMap<RateLimitClass, readonly string[]>;
  readonly bodyBytes: number;
  readonly form: 'problem' | 'openai';
}

const escaped = (text: string) => text.replace(/[.*+?^$()[\]{}|\\]/g, '\\$&');
/** The path pattern as the service's router matches it. */
const patternOf = (path: string) => `^${path.split(/:\w+/).map(escaped).join('[^/]+')}$`;
const methodsOf = ({ method }: Endpoint) => (method === 'GET' ? ['GET', 'HEAD'] : [method]);

/** The common value of a path's endpoints, which nginx cannot distinguish. */
function common<T>(path: string, names: readonly EndpointName[], what: string, facts: (endpoint: Endpoint) => T): T {
  const [first, ...rest] = names.map((name) => ({ name, value: facts(endpointOf(name)) }));
  if (first === undefined) throw new Error(`${path} has no endpoint`);
  const other = rest.find(({ value }) => value !== first.value);
  if (other) throw new Error(`${path}: ${what} of ${first.name} is ${first.value}, of ${other.name} ${other.value}`);
  return first.value;
}

/** Through an edge, /metrics is for administrators, whose credentials may be guessed at. */
const classOf = ({ port, rateLimit }: Endpoint): RateLimitClass => (port === 'metrics' ? 'api' : rateLimit);
const listenerOf = ({ port }: Endpoint): Route['listener'] => (port === 'graphql' ? 'graphql' : 'http');
const formOf = ({ errorFormat }: Endpoint): Route['form'] => errorFormat ?? 'problem';

function routeOf(path: string, endpoints: readonly EndpointName[]): Route {
  const declared = endpoints.map(endpointOf);
  const byClass = Map.groupBy(declared, classOf);
  return {
    path,
    pattern: patternOf(path),
    endpoints,
    listener: common(path, endpoints, 'the listener', listenerOf),
    form: common(path, endpoints, 'the form of errors', formOf),
    classes: new Map([...byClass].map(([name, list]) => [name, list.flatMap(methodsOf)])),
    bodyBytes: Math.max(...declared.map(({ maxBodyBytes: bodyBytes = maxBodyBytes }) => bodyBytes)),
  };
}

const parameters = (path: string) => path.split('/:').length;

/**
 * The paths and their aliases. A path without parameters comes before patterns that also match it, because nginx uses the first match.
 */
export function routes(): readonly Route[] {
  const paths = endpointNames.flatMap((name) =>
    [endpointOf(name).path, ...(endpointOf(name).aliases ?? [])].map((path) => ({ path, name })),
  );
  return [...Map.groupBy(paths, ({ path }) => path)]
    .map(([path, list]) =>
      routeOf(
        path,
        list.map(({ name }) => name),
      ),
    )
    .sort((one, other) => parameters(one.path) - parameters(other.path));
}
