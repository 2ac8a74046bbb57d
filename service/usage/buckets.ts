/** Lengths of buckets in milliseconds; a month has its minimum length. */
export const bucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 28 * 86_400_000 } as const;
export type Bucket = keyof typeof bucketMs;

/** What usage can be grouped by. */
export const usageGroups = ['key', 'model', 'client', 'operation'] as const;
export type UsageGroup = (typeof usageGroups)[number];

/** Maximum number of buckets of a request and of rows of a response. */
export const maxBuckets = 1500;
export const maxTotals = 10_000;
