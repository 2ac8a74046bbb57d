import { builder, type QueryFields } from '../graphql/builder/builder.ts';
import { parseId } from '../graphql/builder/input.ts';
import { bucketMs, usageGroups } from './buckets.ts';
import type { UsageRequest } from './query-usage.ts';
import type { UsageTotals } from './read-usage.ts';
import type { UsageService } from './usage.ts';

declare module '../graphql/builder/builder.ts' {
  interface GraphqlFeatures {
    readonly usage: UsageService;
  }
}

const bucketType = builder.enumType('UsageBucket', {
  description: 'Length of a bucket.',
  values: Object.keys(bucketMs).filter((name): name is keyof typeof bucketMs => name in bucketMs),
});
const groupType = builder.enumType('UsageGroup', { description: 'What totals are grouped by.', values: usageGroups });

const rowType = builder.objectRef<UsageTotals>('UsageRow').implement({
  description: 'Totals of a bucket and a group.',
  fields: (t) => ({
    bucket: t.field({ type: 'DateTime', resolve: ({ bucket }) => bucket }),
    group: t.exposeString('group', { nullable: true }),
    requests: t.exposeInt('requests'),
    promptTokens: t.exposeFloat('promptTokens'),
    completionTokens: t.exposeFloat('completionTokens'),
    costMicros: t.exposeFloat('costMicros'),
    cached: t.exposeInt('cached'),
  }),
});

const inputType = builder.inputType('UsageInput', {
  description: 'Range, buckets and groups of a report; default: the last day by the hour.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime' }),
    to: t.field({ type: 'DateTime' }),
    bucket: t.field({ type: bucketType }),
    groupBy: t.field({ type: groupType }),
    keyId: t.id(),
  }),
});

/** null counts as not set. */
const toRequest = ({ from, to, bucket, groupBy, keyId }: { readonly [K in keyof UsageRequest]: UsageRequest[K] | null }): UsageRequest => ({
  from: from ?? undefined,
  to: to ?? undefined,
  bucket: bucket ?? undefined,
  groupBy: groupBy ?? undefined,
  keyId: keyId === null || keyId === undefined ? undefined : parseId(keyId),
});

export const usageQueries = (t: QueryFields) => ({
  usage: t.field({
    type: [rowType],
    args: { input: t.arg({ type: inputType }) },
    resolve: async (_root, { input }, { features, caller }) => (await features.usage.query(caller, toRequest(input ?? {}))).sums,
  }),
});
