import { accountsEndpoints } from './accounts.ts';
import { batchesEndpoints } from './batches.ts';
import { captionsEndpoints } from './captions.ts';
import { compatibleEndpoints } from './compatible.ts';
import { documentationEndpoints } from './documentation.ts';
import type { Endpoint } from './endpoint.ts';
import { graphqlEndpoints } from './graphql.ts';
import { newsAnalyticsEndpoints } from './news-analytics.ts';
import { newsArticlesEndpoints } from './news-articles.ts';
import { newsExportsEndpoints } from './news-exports.ts';
import { newsSourcesEndpoints } from './news-sources.ts';
import { newsSubjectEndpoints } from './news-subject.ts';
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
  ...newsArticlesEndpoints,
  ...newsAnalyticsEndpoints,
  ...newsSourcesEndpoints,
  ...newsSubjectEndpoints,
  ...newsExportsEndpoints,
  ...systemEndpoints,
  ...documentationEndpoints,
} as const satisfies Record<string, Endpoint>;
export type EndpointName = keyof typeof endpoints;

/** Endpoints whose response is stored for an `Idempotency-Key` and contains a credential. */
export type ReplayedCredentialEndpoint = {
  [N in EndpointName]: (typeof endpoints)[N] extends { readonly idempotent: true; readonly credentials: 'returned' } ? N : never;
}[EndpointName];

const isEndpoint = (name: string): name is EndpointName => name in endpoints;
export const endpointNames: readonly EndpointName[] = Object.keys(endpoints).filter(isEndpoint);
/** The declaration of an endpoint, with its optional fields. */
export const endpointOf = (name: EndpointName): Endpoint => endpoints[name];
