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
  values: Object.keys(bucketMs).filter((name): name is keyof typeof bucketMs => name in bucketMs),
});
const groupType = builder.enumType('UsageGroup', { values: usageGroups });

const rowType = builder.objectRef<UsageTotals>('UsageRow').implement({
  description: 'Totals of a bucket and a group.',
  fields: (t) => ({
    bucket: t.field({ type: 'DateTime', resolve: ({ bucket }) => bucket, description: 'Start of the bucket.' }),
    group: t.exposeString('group', { nullable: true, description: 'Key, model, client or operation.' }),
    requests: t.exposeInt('requests'),
    promptTokens: t.exposeFloat('promptTokens', { description: 'Input tokens; 0 for requests served from the cache.' }),
    completionTokens: t.exposeFloat('completionTokens'),
    costMicros: t.exposeFloat('costMicros', { description: 'Millionths of a US dollar.' }),
    cached: t.exposeInt('cached', { description: 'Requests served from the cache.' }),
  }),
});

const inputType = builder.inputType('UsageInput', {
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Default: a day before `to`.' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive; default: now.' }),
    bucket: t.field({ type: bucketType, description: 'Length of a bucket, in UTC; default: hour.' }),
    groupBy: t.field({ type: groupType, description: 'Default: no grouping.' }),
    keyId: t.id({ description: 'Only requests with this API key.' }),
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
