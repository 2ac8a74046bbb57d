import { type RateLimitClass, rateLimits } from '../../../contract/rate-limits.ts';
import type { Route } from './routes.ts';
import { block, type Directive, directive } from './syntax.ts';
import { type EdgeClass, isEdgeClass, type Zone } from './target.ts';

const isName = (name: string): name is RateLimitClass => name in rateLimits;
export const edgeClasses: readonly EdgeClass[] = Object.keys(rateLimits).filter(isName).filter(isEdgeClass);

/** nginx limits to a whole number of requests per second or minute. */
function rateOf(name: EdgeClass): string {
  const { requests, seconds } = rateLimits[name].edge;
  for (const [unit, length] of [
    ['s', 1],
    ['m', 60],
  ] as const) {
    const rate = (requests * length) / seconds;
    if (Number.isInteger(rate)) return `${rate}r/${unit}`;
  }
  throw new Error(`rateLimits.${name}.edge: ${requests} requests in ${seconds} s is no whole number in nginx's second or minute`);
}

/** Seconds until nginx accepts the next request of a class. */
export const retrySeconds = (name: EdgeClass) => Math.ceil(rateLimits[name].edge.seconds / rateLimits[name].edge.requests);

/** The /64 of an IPv6 address, which belongs to one client; not of an IPv4-mapped address. */
const network = String.raw`~(?s)^(?!\x00{10}\xff\xff)(.{8}).{8}$`;

/** If the endpoints of a path have several classes, the method selects the class of a request. */
const mixed = (routes: readonly Route[]) => routes.filter(({ classes }) => classes.size > 1);

function mixedMaps(routes: readonly Route[]): readonly Directive[] {
  const cases = mixed(routes).flatMap(({ pattern, classes }) =>
    [...classes].map(([name, methods]) => directive(`~^(?:${methods.join('|')}) ${pattern.slice(1)}`, name)),
  );
  if (cases.length === 0) return [];
  return [
    block(
      'map',
      ['$request_method $uri', '$limit_class'],
      [directive('default', ''), ...cases],
      'Where the methods of a path differ in class.',
    ),
    ...mixedClasses(routes).map((name) =>
      block(
        'map',
        ['$limit_class', `$limited_${name}`],
        [directive('default', ''), directive('', '$limited_address'), directive(name, '$limited_address')],
      ),
    ),
  ];
}
const mixedClasses = (routes: readonly Route[]) => edgeClasses.filter((name) => mixed(routes).some(({ classes }) => classes.has(name)));

/** A zone for each class that the contract limits at the edge. nginx does not count an empty key. */
export function limitZones(routes: readonly Route[], zones: Readonly<Record<EdgeClass, Zone>>): readonly Directive[] {
  const keyOf = (name: EdgeClass) => (mixedClasses(routes).includes(name) ? `$limited_${name}` : '$limited_address');
  return [
    block(
      'map',
      ['$binary_remote_addr', '$limited_address'],
      [directive('default', '$binary_remote_addr'), directive(network, '$1')],
      'Of IPv6 a whole /64 is one caller, as in the service.',
    ),
    ...mixedMaps(routes),
    ...edgeClasses.map((name) =>
      directive('limit_req_zone', keyOf(name), `zone=${zones[name].name}:${zones[name].megabytes}m`, `rate=${rateOf(name)}`),
    ),
    directive('limit_req_status', 429),
    directive('limit_req_log_level', 'warn'),
  ];
}

/** The limits of a path; probes have none. */
export const limitsOf = ({ classes }: Route, zones: Readonly<Record<EdgeClass, Zone>>): readonly Directive[] =>
  [...classes.keys()]
    .filter(isEdgeClass)
    .map((name) => directive('limit_req', `zone=${zones[name].name}`, `burst=${rateLimits[name].edge.burst}`, 'nodelay'));
