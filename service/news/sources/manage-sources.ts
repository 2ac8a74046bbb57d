import { type Kysely, sql } from 'kysely';
import type { Actor } from '../../accounts/actor.ts';
import { writeAudit } from '../../accounts/audit.ts';
import type { Tables } from '../../database/tables.ts';
import { knownRobots } from './known-robots.ts';
import type { NewSource, Source, SourceChange, SourceFetch } from './schema.ts';
import { assessSource, requireCompliance } from './source-compliance.ts';
import { objectOf, requireSource, reservationOf, type SourceRow, toSource, toSources } from './source-rows.ts';
import { changeSource, complianceColumns, deleteSource, insertSource, listFetches, listSources, type Page } from './source-store.ts';
import { requireReadable } from './source-target.ts';

export interface SourcesOptions {
  readonly db: Kysely<Tables>;
  /** Whether NEWS_CONTACT is set. */
  readonly hasContact: boolean;
}

const now = sql<Date>`now()`;
const jsonOrNull = (value: object | null) => (value === null ? null : JSON.stringify(value));

/** What belongs to the previous URL. */
const forgotten = { etag: null, last_modified: null, failures: 0 } as const;

const pick = <T>(change: T | undefined, before: T): T => (change === undefined ? before : change);
/** The fields of a changed source that others depend on. */
const changed = (before: SourceRow, change: SourceChange) => ({
  url: pick(change.url, before.url),
  kind: pick(change.kind, before.kind),
  selectors: pick<object | null>(change.selectors, before.selectors),
  interval_minutes: pick(change.interval_minutes, before.interval_minutes),
  is_active: pick(change.is_active, before.is_active),
  terms_url: pick(change.terms_url, before.terms_url),
  legal_basis: pick(change.legal_basis, before.legal_basis),
});

interface Scheduled {
  readonly is_active: boolean;
  readonly interval_minutes: number;
}
/** A source that became active, or whose URL changed or interval became shorter, is due now; an inactive one never. */
function schedule(before: Scheduled, after: Scheduled, isMoved: boolean) {
  if (!after.is_active) return { next_fetch_at: null };
  const isDue = isMoved || !before.is_active || after.interval_minutes < before.interval_minutes;
  return isDue ? { next_fetch_at: now } : {};
}

/** Adds, lists, changes and deletes sources. */
export function createManageSources({ db, hasContact }: SourcesOptions) {
  return {
    async create(actor: Actor, fields: NewSource): Promise<Source> {
      requireReadable(fields);
      return db.transaction().execute(async (on) => {
        const compliance = assessSource(fields, hasContact, { ...(await knownRobots(on, fields.url)), reservation: 'unknown' });
        if (fields.is_active) requireCompliance(compliance);
        const row = await insertSource(on, {
          ...fields,
          ...complianceColumns(compliance),
          selectors: jsonOrNull(fields.selectors),
          next_fetch_at: fields.is_active ? now : null,
        });
        const details = { ...fields, compliance_score: compliance.score };
        await writeAudit(on, { ...actor, action: 'source.created', object: objectOf(row), details });
        return toSource(on, row);
      });
    },

    list: async (page: Page): Promise<Source[]> => toSources(db, await listSources(db, page)),

    read: async (id: string): Promise<Source> => toSource(db, await requireSource(db, id)),

    async update(actor: Actor, id: string, change: SourceChange): Promise<Source> {
      return db.transaction().execute(async (on) => {
        const before = await requireSource(on, id, true);
        const after = changed(before, change);
        requireReadable(after);
        const isMoved = after.url !== before.url;
        const reservation = isMoved ? 'unknown' : reservationOf(before);
        const compliance = assessSource(after, hasContact, { ...(await knownRobots(on, after.url)), reservation });
        if (after.is_active) requireCompliance(compliance);
        const row = await changeSource(on, id, {
          ...change,
          ...complianceColumns(compliance),
          selectors: jsonOrNull(after.selectors),
          ...(isMoved && forgotten),
          ...schedule(before, after, isMoved),
        });
        const details = { ...change, compliance_score: compliance.score };
        await writeAudit(on, { ...actor, action: 'source.changed', object: objectOf(row), details });
        return toSource(on, row);
      });
    },

    /** Deletes a source with its articles and fetches. */
    async remove(actor: Actor, id: string): Promise<void> {
      await db.transaction().execute(async (on) => {
        const row = await requireSource(on, id, true);
        await deleteSource(on, id);
        const details = { name: row.name, url: row.url };
        await writeAudit(on, { ...actor, action: 'source.deleted', object: objectOf(row), details });
      });
    },

    async fetches(id: string, page: Page): Promise<SourceFetch[]> {
      await requireSource(db, id);
      return listFetches(db, id, page);
    },
  };
}
