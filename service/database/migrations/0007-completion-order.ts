import { type Kysely, sql } from 'kysely';

/**
 * The order in which the items of a batch end. A reader continues after the last result that it received, so no result may appear before
 * that one later.
 *
 * `completion_order` is null until an item ends. Then it is the batch's number of ended items, as of the transaction that ended the item.
 * That transaction locks the row of the batch until its commit, so each later commit has a higher number; items of one transaction share
 * a number and appear together. A trigger sets it at the commit, because the previous release does not know the column and may still run.
 *
 * Items that ended before this step have 0: they come first, by index. The migration does not write their rows: there may be millions.
 *
 * Only batch_items is locked. The previous release locks batches before batch_items when it stores a batch, and after it when items
 * end: a trigger on batches would deadlock with one of them.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table batch_items add column completion_order integer default 0`.execute(db);
  await sql`alter table batch_items alter column completion_order drop default`.execute(db);
  // Items of a cancelled batch can still end if a worker had started them.
  await sql`
    update batch_items set completion_order = null
    where state = 'pending' and batch_id in (select id from batches where finished_at is null or status = 'cancelled')`.execute(db);
  await sql`create index batch_items_ended on batch_items (batch_id, completion_order, index) where state <> 'pending'`.execute(db);
  await sql`create function set_completion_order() returns trigger language plpgsql as $$
    begin
      update batch_items set completion_order = (select succeeded + failed from batches where id = new.batch_id)
      where batch_id = new.batch_id and index = new.index;
      return null;
    end $$`.execute(db);
  await sql`create constraint trigger batch_items_completion_order after update on batch_items deferrable initially deferred
    for each row when (old.state = 'pending' and new.state <> 'pending') execute function set_completion_order()`.execute(db);
}
