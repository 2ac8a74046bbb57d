import { type Caller, isAdmin } from '../http/caller.ts';
import { type FieldError, Problem } from '../http/problem.ts';
import { type Bucket, bucketMs, maxBuckets, maxTotals, type UsageGroup } from './buckets.ts';
import type { ReadUsage, UsageOwner, UsageTotals } from './read-usage.ts';

/** What a caller asks of usage; what is not given has its default. */
export interface UsageRequest {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly bucket?: Bucket | undefined;
  readonly groupBy?: UsageGroup | undefined;
  readonly keyId?: string | undefined;
}
export interface UsageReport {
  readonly from: Date;
  readonly to: Date;
  readonly bucket: Bucket;
  readonly sums: readonly UsageTotals[];
}

/** Whose usage a caller sees: everybody's, the user's with all keys, or the key's. */
function ownerFor(caller: Caller): UsageOwner | undefined {
  if (isAdmin(caller)) return undefined;
  return caller.userId === undefined ? ['caller_id', caller.id] : ['user_id', caller.userId];
}

const refused = (...errors: FieldError[]) => new Problem('invalid_request', { detail: 'So much usage is not told at once.', errors });

/**
 * The usage that a caller may see, for REST and GraphQL alike.
 * @throws {Problem} invalid_request for times that end before they begin, and for too many buckets or sums
 */
export async function queryUsage(read: ReadUsage, caller: Caller, asked: UsageRequest, now = new Date()): Promise<UsageReport> {
  const { to = now, bucket = 'hour', groupBy, keyId } = asked;
  const from = asked.from ?? new Date(to.getTime() - bucketMs.day);
  if (from >= to) throw refused({ pointer: '/from', message: 'must be before `to`' });
  if ((to.getTime() - from.getTime()) / bucketMs[bucket] > maxBuckets) {
    throw refused({ pointer: '/bucket', message: `more than ${maxBuckets} buckets: ask for larger ones, or for less time` });
  }
  const sums = await read({ from, to, bucket, groupBy, keyId, of: ownerFor(caller), limit: maxTotals + 1 });
  if (sums.length > maxTotals) throw refused({ pointer: '/from', message: `more than ${maxTotals} rows: ask for less time` });
  return { from, to, bucket, sums };
}
