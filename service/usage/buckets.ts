/** Lengths of time that usage is summed over; a month is counted as its shortest, in milliseconds. */
export const bucketMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000, month: 28 * 86_400_000 } as const;
export type Bucket = keyof typeof bucketMs;

/** What usage can be told apart by. */
export const usageGroups = ['key', 'model', 'client', 'operation'] as const;
export type UsageGroup = (typeof usageGroups)[number];

/** Most buckets that a question may span, and most sums that an answer may hold. */
export const maxBuckets = 1500;
export const maxTotals = 10_000;
