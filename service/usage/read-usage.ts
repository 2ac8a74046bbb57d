import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Bucket, UsageGroup } from './buckets.ts';

const groupColumns = { key: 'caller_id', model: 'model', client: 'client_id', operation: 'operation' } as const satisfies Record<
  UsageGroup,
  string
>;

/** A user with all keys, or a single credential. */
export type UsageOwner = readonly ['user_id' | 'caller_id', string];

export interface UsageFilter {
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly bucket: Bucket;
  readonly groupBy?: UsageGroup | undefined;
  /** Not set: the usage of all callers. */
  readonly of?: UsageOwner | undefined;
  /** Only that of one API key. */
  readonly keyId?: string | undefined;
  /** Maximum number of rows. */
  readonly limit: number;
}
/** Totals of a bucket and a group. */
export interface UsageTotals {
  /** Start of the bucket (UTC). */
  readonly bucket: Date;
  /** null without grouping, or if the requests named no client. */
  readonly group: string | null;
  readonly requests: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly costMicros: number;
  /** Requests served from the cache. */
  readonly cached: number;
}
export type ReadUsage = (question: UsageFilter) => Promise<readonly UsageTotals[]>;

/** Sums as float8: exact up to 2^53, and numbers in JavaScript. */
export function selectUsage(db: Kysely<Tables>, { from, to, bucket, groupBy, of, keyId, limit }: UsageFilter) {
  const total = (column: 'requests' | 'prompt_tokens' | 'completion_tokens' | 'cost_micros') =>
    sql<number>`sum(${sql.ref(column)})::float8`;
  const key: UsageOwner[] = keyId === undefined ? [] : [['caller_id', `key:${keyId}`]];
  const owners = of === undefined ? key : [of, ...key];
  const group = groupBy === undefined ? sql<null>`null` : sql<string | null>`${sql.ref(groupColumns[groupBy])}`;
  return db
    .selectFrom('usage_events')
    .select([
      sql<Date>`date_trunc(${sql.lit(bucket)}, at, 'UTC')`.as('bucket'),
      group.as('group'),
      total('requests').as('requests'),
      total('prompt_tokens').as('promptTokens'),
      total('completion_tokens').as('completionTokens'),
      total('cost_micros').as('costMicros'),
      sql<number>`coalesce(sum(requests) filter (where cached), 0)::float8`.as('cached'),
    ])
    .where('at', '>=', from)
    .where('at', '<', to)
    .where(({ and, eb }) => and(owners.map(([column, value]) => eb(column, '=', value))))
    .groupBy(sql`1, 2`)
    .orderBy(sql`1, 2`)
    .limit(limit);
}

/** Usage by time and group, the oldest first. Requests of about the last second may be missing. */
export const readUsage = (db: Kysely<Tables>, question: UsageFilter): Promise<UsageTotals[]> => selectUsage(db, question).execute();
