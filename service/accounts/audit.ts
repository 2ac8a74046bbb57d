import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/tables.ts';
import type { Caller } from '../http/caller.ts';

/** One change: actor, action and object. It never contains a secret. */
export interface AuditEntry {
  /** Not set: the service itself. */
  readonly caller: Pick<Caller, 'id'> | undefined;
  /** `<kind>.<past participle>`, as `user.created`. */
  readonly action: string;
  /** `<kind>:<id>`, as `user:6f1c…`. */
  readonly object: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly requestId?: string | undefined;
}

/** Writes an entry in the transaction of the change, so that every change has its entry. */
export async function writeAudit(db: Kysely<Tables>, { caller, action, object, details, requestId }: AuditEntry): Promise<void> {
  await db
    .insertInto('audit_log')
    .values({
      actor: caller?.id ?? 'service',
      action,
      object,
      details: details === undefined ? null : JSON.stringify(details),
      request_id: requestId ?? null,
    })
    .execute();
}

interface Page {
  readonly limit: number;
  /** The last entry of the previous page. */
  readonly after?: string | undefined;
}

/** Reads the audit log, and writes entries outside of a transaction. */
export function createAudit(db: Kysely<Tables>) {
  return {
    record: (entry: AuditEntry) => writeAudit(db, entry),

    /** The newest entries first. */
    async list({ limit, after }: Page) {
      const rows = await db
        .selectFrom('audit_log')
        .select([sql<string>`id::text`.as('id'), 'at', 'actor', 'action', 'object', 'details', 'request_id'])
        .$if(after !== undefined, (query) => query.where(sql<boolean>`id < ${after}::bigint`))
        .orderBy('audit_log.id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
    },
  };
}
