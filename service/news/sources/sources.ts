import { createManageSources } from './manage-sources.ts';
import { createRequestFetch, type RequestOptions } from './request-fetch.ts';
import { createValidateSources, type ValidationOptions } from './validate-sources.ts';

/** Sources of news. */
export const createSources = (options: ValidationOptions & RequestOptions) => ({
  ...createManageSources(options),
  ...createValidateSources(options),
  fetch: createRequestFetch(options),
});
export type Sources = ReturnType<typeof createSources>;
