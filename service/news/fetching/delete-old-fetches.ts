import { type Kysely, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';

/** Fetches, and hosts that were not requested, are stored for so many days. */
const retentionDays = 90;
/** Rows of one statement, which ends before its timeout. */
const limit = 5000;

/** Deletes old fetches except the last one of each source, and hosts without requests. */
export async function deleteOldFetches(db: Kysely<Tables>): Promise<void> {
  for (let deleted = BigInt(limit); deleted === BigInt(limit); ) {
    const { numAffectedRows = 0n } = await sql`
      delete from news_fetches where id in (
        select id from news_fetches old
        where finished_at < now() - make_interval(days => ${retentionDays})
          and exists (select from news_fetches newer where newer.source_id = old.source_id and newer.queued_at > old.queued_at)
        limit ${limit})`.execute(db);
    deleted = numAffectedRows;
  }
  await sql`delete from news_hosts where next_request_at < now() - make_interval(days => ${retentionDays})`.execute(db);
}
