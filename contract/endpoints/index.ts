import { accountsEndpoints } from './accounts.ts';
import { batchesEndpoints } from './batches.ts';
import { captionsEndpoints } from './captions.ts';
import { compatibleEndpoints } from './compatible.ts';
import { documentationEndpoints } from './documentation.ts';
import type { Endpoint } from './endpoint.ts';
import { graphqlEndpoints } from './graphql.ts';
import { queriesEndpoints } from './queries.ts';
import { systemEndpoints } from './system.ts';
import { usageEndpoints } from './usage.ts';

/** Every route of the API; the groups are in endpoints/. */
export const endpoints = {
  ...captionsEndpoints,
  ...accountsEndpoints,
  ...usageEndpoints,
  ...graphqlEndpoints,
  ...queriesEndpoints,
  ...compatibleEndpoints,
  ...batchesEndpoints,
  ...systemEndpoints,
  ...documentationEndpoints,
} as const satisfies Record<string, Endpoint>;
export type EndpointName = keyof typeof endpoints;

/** Endpoints whose answers are kept for an `Idempotency-Key` and hold a credential. */
export type ReplayedCredentialEndpoint = {
  [N in EndpointName]: (typeof endpoints)[N] extends { readonly idempotent: true; readonly credentials: 'shown' } ? N : never;
}[EndpointName];

const isEndpoint = (name: string): name is EndpointName => name in endpoints;
export const endpointNames: readonly EndpointName[] = Object.keys(endpoints).filter(isEndpoint);
/** What the contract says of an endpoint, the optional parts included. */
export const endpointOf = (name: EndpointName): Endpoint => endpoints[name];
