import { accountsEndpoints } from './endpoints/accounts.ts';
import { batchesEndpoints } from './endpoints/batches.ts';
import { captionsEndpoints } from './endpoints/captions.ts';
import { compatibleEndpoints } from './endpoints/compatible.ts';
import { documentationEndpoints } from './endpoints/documentation.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { graphqlEndpoints } from './endpoints/graphql.ts';
import { queriesEndpoints } from './endpoints/queries.ts';
import { systemEndpoints } from './endpoints/system.ts';
import { usageEndpoints } from './endpoints/usage.ts';

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
