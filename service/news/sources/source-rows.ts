import { type Kysely, type Selectable, sql } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { Problem } from '../../http/problem.ts';
import { type Selectors, selectorsSchema } from '../parsing/selectors.ts';
import type { ReservationFinding } from './compliance.ts';
import { complianceReason, type Source, type SourceFetch } from './schema.ts';
import { storedReservation } from './source-compliance.ts';

export type SourceRow = Selectable<Tables['news_sources']>;
type FetchRow = Selectable<Tables['news_fetches']>;

const iso = (time: Date | null) => time?.toISOString() ?? null;

export const toFetch = ({ requested_by: _, queued_at, started_at, finished_at, ...row }: FetchRow): SourceFetch => ({
  ...row,
  queued_at: queued_at.toISOString(),
  started_at: iso(started_at),
  finished_at: iso(finished_at),
});

/** The selectors of a page; null for another kind. */
export const selectorsOf = ({ selectors }: Pick<SourceRow, 'selectors'>): Selectors | null => selectorsSchema.nullable().parse(selectors);

/** What the last validation of a source found in the headers of its publisher. */
export const reservationOf = ({ compliance_reasons }: SourceRow): ReservationFinding =>
  storedReservation(complianceReason.array().parse(compliance_reasons));

/** The latest fetch of each source. */
async function lastFetches(on: Kysely<Tables>, sourceIds: readonly string[]): Promise<ReadonlyMap<string, SourceFetch>> {
  const { rows } = await sql<FetchRow>`
    select fetches.* from unnest(${sourceIds}::uuid[]) as source (id)
    cross join lateral (
      select * from news_fetches where source_id = source.id order by queued_at desc, id desc limit 1) fetches`.execute(on);
  return new Map(rows.map((row) => [row.source_id, toFetch(row)]));
}

/** Adds the latest fetch to each source. */
export async function toSources(on: Kysely<Tables>, rows: readonly SourceRow[]): Promise<Source[]> {
  const fetches = await lastFetches(
    on,
    rows.map(({ id }) => id),
  );
  return rows.map(({ etag: _, last_modified: __, next_fetch_at, created_at, updated_at, ...row }) => ({
    ...row,
    selectors: selectorsOf(row),
    compliance_reasons: complianceReason.array().parse(row.compliance_reasons),
    next_fetch_at: iso(next_fetch_at),
    last_fetch: fetches.get(row.id) ?? null,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  }));
}

export async function toSource(on: Kysely<Tables>, row: SourceRow): Promise<Source> {
  const [source] = await toSources(on, [row]);
  if (source === undefined) throw new Error('a row became no source');
  return source;
}

/** The source in the audit log. */
export const objectOf = ({ id }: SourceRow) => `source:${id}`;

/** @throws {Problem} not_found */
export async function requireSource(on: Kysely<Tables>, id: string, lock = false): Promise<SourceRow> {
  const row = await on
    .selectFrom('news_sources')
    .selectAll()
    .where('id', '=', id)
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
  if (row === undefined) throw new Problem('not_found');
  return row;
}
