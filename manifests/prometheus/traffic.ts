import type { Endpoint } from '../../contract/endpoints/endpoint.ts';
import { endpointOf, endpoints } from '../../contract/endpoints/index.ts';

const all: readonly Endpoint[] = Object.values(endpoints);
const pathsOf = (isMeant: (endpoint: Endpoint) => boolean) => all.filter(isMeant).map(({ path }) => path);
const excluding = (paths: readonly string[]) => ({ excludes: [...new Set(paths)].join('|') });

/** Routes without user requests: successful probes would count as successful requests. */
const exempt = [...pathsOf(({ rateLimit }) => rateLimit === 'exempt'), 'unmatched'];
const { path: graphql } = endpointOf('graphql');
/** Their time is that of a text model: only captions are cached. */
const neverCached = pathsOf(({ callsModel, group }) => callsModel === true && group !== 'Captions');

/** Requests of users. */
export const userTraffic = { route: excluding(exempt) } as const;
/** REST requests whose time is the service's own, or a cached caption's. */
export const restTraffic = { route: excluding([...exempt, ...pathsOf(({ group }) => group === 'GraphQL'), ...neverCached]) } as const;
export const graphqlTraffic = { route: { is: graphql } } as const;
