import { type Caller, isAdmin } from '../http/caller.ts';
import { type FieldError, Problem } from '../http/problem.ts';
import { type Bucket, bucketMs, maxBuckets, maxTotals, type UsageGroup } from './buckets.ts';
import type { ReadUsage, UsageOwner, UsageTotals } from './read-usage.ts';

/** The parameters of a usage report; those that are not set have defaults. */
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

/** The usage that a caller may see: all of it, that of the user with all keys, or that of the key. */
function ownerFor(caller: Caller): UsageOwner | undefined {
  if (isAdmin(caller)) return undefined;
  return caller.userId === undefined ? ['caller_id', caller.id] : ['user_id', caller.userId];
}

const invalidRange = (...errors: FieldError[]) =>
  new Problem('invalid_request', { detail: 'The time range is invalid or too large.', errors });

/**
 * The usage that a caller may see, for REST and GraphQL.
 * @throws {Problem} invalid_request for an invalid range and for too many buckets or rows
 */
export async function queryUsage(read: ReadUsage, caller: Caller, request: UsageRequest, now = new Date()): Promise<UsageReport> {
  const { to = now, bucket = 'hour', groupBy, keyId } = request;
  const from = request.from ?? new Date(to.getTime() - bucketMs.day);
  if (from >= to) throw invalidRange({ pointer: '/from', message: 'must be before `to`' });
  if ((to.getTime() - from.getTime()) / bucketMs[bucket] > maxBuckets) {
    throw invalidRange({ pointer: '/bucket', message: `more than ${maxBuckets} buckets: use larger buckets or a shorter range` });
  }
  const sums = await read({ from, to, bucket, groupBy, keyId, of: ownerFor(caller), limit: maxTotals + 1 });
  if (sums.length > maxTotals) throw invalidRange({ pointer: '/from', message: `more than ${maxTotals} rows: use a shorter range` });
  return { from, to, bucket, sums };
}
