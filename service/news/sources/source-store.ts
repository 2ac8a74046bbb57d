import { type InsertObject, type Kysely, sql, type UpdateObject } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { cursorNotFound } from '../../http/pagination.ts';
import { Problem } from '../../http/problem.ts';
import type { Compliance } from './compliance.ts';
import type { SourceFetch } from './schema.ts';
import { type SourceRow, toFetch } from './source-rows.ts';

/** Turns a violated unique constraint into a problem. Rethrows other errors. */
function rethrowConflict(error: unknown): never {
  const isUniqueViolation = Error.isError(error) && 'code' in error && error.code === '23505' && 'constraint' in error;
  const constraint = isUniqueViolation ? error.constraint : undefined;
  if (constraint === 'news_sources_name_key') throw new Problem('conflict', { detail: 'A source has this name already.' });
  if (constraint === 'news_sources_url_key') throw new Problem('conflict', { detail: 'A source has this URL already.' });
  throw error;
}

export const complianceColumns = ({ score, reasons }: Compliance) => ({
  compliance_score: score,
  compliance_reasons: JSON.stringify(reasons),
});

/** @throws {Problem} conflict */
export const insertSource = (on: Kysely<Tables>, values: InsertObject<Tables, 'news_sources'>): Promise<SourceRow> =>
  on.insertInto('news_sources').values(values).returningAll().executeTakeFirstOrThrow().catch(rethrowConflict);

/** @throws {Problem} conflict */
export const changeSource = (on: Kysely<Tables>, id: string, values: UpdateObject<Tables, 'news_sources'>): Promise<SourceRow> =>
  on
    .updateTable('news_sources')
    .set({ ...values, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
    .catch(rethrowConflict);

/** Articles per statement, which must finish well within the statement timeout. */
const deleteAtOnce = 1000;

/** Deletes a source with its articles and fetches. */
export async function deleteSource(on: Kysely<Tables>, id: string): Promise<void> {
  for (let deleted = BigInt(deleteAtOnce); deleted === BigInt(deleteAtOnce); ) {
    const some = on.selectFrom('news_articles').select('id').where('source_id', '=', id).limit(deleteAtOnce);
    deleted = (await on.deleteFrom('news_articles').where('id', 'in', some).executeTakeFirstOrThrow()).numDeletedRows;
  }
  await on.deleteFrom('news_sources').where('id', '=', id).execute();
}

export interface Page {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** Sources by name. @param page.after the last name of the previous page */
export const listSources = (on: Kysely<Tables>, { limit, after }: Page): Promise<SourceRow[]> =>
  on
    .selectFrom('news_sources')
    .selectAll()
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(lower(name), name) > (lower(${after}), ${after})`))
    .orderBy(sql`lower(name)`)
    .orderBy('name')
    .limit(limit)
    .execute();

/**
 * The fetches of a source, the newest first.
 * @throws {Problem} invalid_request if the fetch `after` does not exist
 */
export async function listFetches(on: Kysely<Tables>, sourceId: string, { limit, after }: Page): Promise<SourceFetch[]> {
  const ofSource = on.selectFrom('news_fetches').where('source_id', '=', sourceId);
  const last = after === undefined ? undefined : await ofSource.select('id').where('id', '=', after).executeTakeFirst();
  if (after !== undefined && last === undefined) throw cursorNotFound();
  const rows = await ofSource
    .selectAll()
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(queued_at, id) < (select queued_at, id from news_fetches where id = ${after})`),
    )
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFetch);
}
