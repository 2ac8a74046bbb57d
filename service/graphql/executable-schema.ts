import type { OperationOf } from '../../contract/endpoints/graphql-operations.ts';
import { accountsMutations, accountsQueries } from '../accounts/graphql.ts';
import { batchesMutations, batchesQueries } from '../batches/graphql.ts';
import { captionsMutations } from '../captions/graphql.ts';
import { analyticsQueries } from '../news/analytics/graphql.ts';
import { articlesQueries } from '../news/articles/graphql.ts';
import { queriesMutations, queriesQueries } from '../queries/graphql.ts';
import { systemMutations, systemQueries } from '../system/graphql.ts';
import { usageQueries } from '../usage/graphql.ts';
import { builder } from './builder/builder.ts';
import { withDescriptions } from './descriptions.ts';
import { withPermissionChecks } from './permissions.ts';

// `satisfies` makes the fields here and the operations of the contract the same.
builder.queryType({
  description: 'Reads. Each field corresponds to an endpoint of the REST API and requires its permission in addition to `GraphQL_Access`.',
  fields: (t) =>
    ({
      ...queriesQueries(t),
      ...batchesQueries(t),
      ...accountsQueries(t),
      ...systemQueries(t),
      ...usageQueries(t),
      ...articlesQueries(t),
      ...analyticsQueries(t),
    }) satisfies Record<OperationOf<'query'>, unknown>,
});
builder.mutationType({
  description: 'Changes, and requests that cost money. The fields of one document run in order.',
  fields: (t) =>
    ({
      ...captionsMutations(t),
      ...queriesMutations(t),
      ...batchesMutations(t),
      ...accountsMutations(t),
      ...systemMutations(t),
    }) satisfies Record<OperationOf<'mutation'>, unknown>,
});

/** The schema with a permission check on every root field. */
export const schema = withPermissionChecks(withDescriptions(builder.toSchema()));
