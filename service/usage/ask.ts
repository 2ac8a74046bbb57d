import type { Caller } from '../accounts/caller.ts';
import { type FieldError, Problem } from '../http/problem.ts';
import { type Bucket, bucketMs, mostBuckets, mostSums, type UsageGroup } from './question.ts';
import type { Owner, ReadUsage, UsageSum } from './read.ts';

/** What a caller asks of usage; what is not given has its default. */
export interface Asked {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly bucket?: Bucket | undefined;
  readonly groupBy?: UsageGroup | undefined;
  readonly keyId?: string | undefined;
}
export interface Told {
  readonly from: Date;
  readonly to: Date;
  readonly bucket: Bucket;
  readonly sums: readonly UsageSum[];
}

/** Whose usage a caller sees: everybody's, the user's with all keys, or the key's. */
function ownerFor({ permissions, userId, id }: Caller): Owner | undefined {
  if (permissions.includes('Admin')) return undefined;
  return userId === undefined ? ['caller_id', id] : ['user_id', userId];
}

const refused = (...errors: FieldError[]) => new Problem('invalid_request', { detail: 'So much usage is not told at once.', errors });

/**
 * The usage that a caller may see, for REST and GraphQL alike.
 * @throws {Problem} invalid_request for times that end before they begin, and for too many buckets or sums
 */
export async function askUsage(read: ReadUsage, caller: Caller, asked: Asked, now = new Date()): Promise<Told> {
  const { to = now, bucket = 'hour', groupBy, keyId } = asked;
  const from = asked.from ?? new Date(to.getTime() - bucketMs.day);
  if (from >= to) throw refused({ pointer: '/from', message: 'must be before `to`' });
  if ((to.getTime() - from.getTime()) / bucketMs[bucket] > mostBuckets) {
    throw refused({ pointer: '/bucket', message: `more than ${mostBuckets} buckets: ask for larger ones, or for less time` });
  }
  const sums = await read({ from, to, bucket, groupBy, keyId, of: ownerFor(caller), limit: mostSums + 1 });
  if (sums.length > mostSums) throw refused({ pointer: '/from', message: `more than ${mostSums} rows: ask for less time` });
  return { from, to, bucket, sums };
}
