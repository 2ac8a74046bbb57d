import type { Kysely } from 'kysely';
import { exportConcurrency } from '../../../contract/news-exports.ts';
import type { Settings } from '../../../contract/settings.ts';
import type { Queue } from '../../database/queue.ts';
import { startQueueWorker, type Worker } from '../../database/queue-worker.ts';
import type { Reads } from '../../database/reads.ts';
import type { Tables } from '../../database/tables.ts';
import type { Caller } from '../../http/caller.ts';
import { Problem } from '../../http/problem.ts';
import type { FileContent } from '../../http/shape.ts';
import type { PeriodicTask } from '../../runtime/periodic-tasks.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Subject } from '../analysis/subject.ts';
import { periodOf, toDays } from '../filters.ts';
import { type ExportJob, exportHandlers } from './jobs.ts';
import { createLinks } from './links.ts';
import { mediaTypes } from './media-types.ts';
import type { ExportRequest, ExportResponse } from './schema.ts';
import { openStorage } from './storage/open.ts';
import type { Storage } from './storage/storage.ts';
import {
  deleteOldExports,
  type ExportRow,
  expiredExports,
  findExport,
  insertExport,
  listExports,
  markDeleted,
  markExpired,
  referencedKeys,
  requireExport,
  toResponse,
} from './store.ts';

const [minuteMs, hourMs] = [60_000, 3_600_000];
/** A file of no export is deleted after so long: attempts that are running have one too. */
const orphanMs = 24 * hourMs;

interface ExportsOptions {
  readonly db: Kysely<Tables>;
  readonly reads: Reads;
  readonly queue: Queue<ExportJob>;
  readonly settings: Settings;
  readonly subject: Subject;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Default: that of the settings. */
  readonly storage?: Storage | undefined;
}

/** Exports of articles and analytics as files. */
export function createExports({ db, reads, queue, settings, subject, metrics, log, storage = openStorage(settings) }: ExportsOptions) {
  const retentionDays = settings.EXPORT_RETENTION_DAYS;
  const links = createLinks(settings);
  const handlers = exportHandlers({ db, reads, storage, subject, retentionDays, metrics, log });

  async function fileOf({ id, state, storage_key, kind, dataset, created_at }: ExportRow): Promise<FileContent> {
    if (state === 'expired' || state === 'deleted') throw new Problem('export_gone', { detail: 'The file was deleted.' });
    if (state === 'failed') throw new Problem('conflict', { detail: 'The export failed: it has no file.' });
    if (storage_key === null) throw new Problem('conflict', { detail: 'The export is not finished yet.' });
    const stored = await storage.read(storage_key);
    if (stored === undefined) {
      log.error({ export: id, key: storage_key }, 'The file of an export is missing');
      throw new Problem('export_gone', { detail: 'The file no longer exists: create the export again.' });
    }
    return { ...stored, type: mediaTypes[kind], name: `${dataset}-${created_at.toISOString().slice(0, 10)}.${kind}` };
  }
  const deleteExpired: PeriodicTask = {
    name: 'delete expired exports',
    intervalMs: hourMs,
    retryMs: minuteMs,
    runImmediately: true,
    async run() {
      for (let expired = await expiredExports(db); expired.length > 0; expired = await expiredExports(db)) {
        for (const { id, storage_key } of expired) {
          if (storage_key !== null) await storage.delete(storage_key);
          await markExpired(db, id);
        }
      }
      while ((await deleteOldExports(db, retentionDays)) > 0);
    },
  };
  async function deleteOrphans(keys: readonly string[]): Promise<void> {
    const referenced = await referencedKeys(db, keys);
    for (const key of keys) if (!referenced.has(key)) await storage.delete(key);
  }
  const deleteOrphanedFiles: PeriodicTask = {
    name: 'delete orphaned files of exports',
    intervalMs: 6 * hourMs,
    retryMs: hourMs,
    runImmediately: true,
    async run() {
      const keys: string[] = [];
      const before = new Date(Date.now() - orphanMs);
      for await (const key of storage.list(before)) {
        keys.push(key);
        if (keys.length === 500) await deleteOrphans(keys.splice(0));
      }
      if (keys.length > 0) await deleteOrphans(keys);
      await storage.abortUploads(before);
    },
  };
  return {
    /** Stores an export and its job in one transaction. */
    async create(caller: Caller, request: ExportRequest): Promise<ExportResponse> {
      // A retry exports the same days, even if it runs on the next one.
      const filters = { ...request.filters, ...toDays(periodOf(request.filters)) };
      await queue.open();
      const row = await db.transaction().execute(async (trx) => {
        const inserted = await insertExport(trx, caller, { ...request, filters });
        await queue.send(trx, [{ data: { id: inserted.id }, dueSeconds: Math.floor(Date.now() / 1000) }]);
        return inserted;
      });
      queue.wake();
      return toResponse(row);
    },
    list: async (caller: Caller, page: { limit: number; after?: string | undefined }) =>
      (await listExports(db, caller, page)).map(toResponse),
    async read(caller: Caller, id: string): Promise<ExportResponse> {
      const row = await requireExport(db, caller, id);
      if (row.state === 'deleted') throw new Problem('not_found', { detail: 'The export was deleted.' });
      return { ...toResponse(row), link: row.state === 'succeeded' ? links.create(id) : null };
    },
    async delete(caller: Caller, id: string): Promise<void> {
      const { storage_key } = await requireExport(db, caller, id);
      await markDeleted(db, id);
      // After the mark: if this fails, the file is an orphan.
      if (storage_key !== null) await storage.delete(storage_key);
    },
    /** The file of an export that the caller may see. */
    file: async (caller: Caller, id: string) => fileOf(await requireExport(db, caller, id)),
    /** The file of a signed link. */
    async download(id: string, link: { readonly expires: string; readonly signature: string }): Promise<FileContent> {
      links.verify(id, link);
      const row = await findExport(db, id);
      if (row === undefined) throw new Problem('export_gone');
      return fileOf(row);
    },
    handlers,
    startWorker: (): Worker => startQueueWorker({ queue, handlers, concurrency: exportConcurrency, log }),
    /** Tasks of a process that writes exports. */
    workerTasks: [deleteExpired, deleteOrphanedFiles],
  };
}
export type Exports = ReturnType<typeof createExports>;
