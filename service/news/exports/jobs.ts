import type { Kysely } from 'kysely';
import type { ExportError } from '../../../contract/news-exports.ts';
import type { JobHandlers } from '../../database/queue.ts';
import type { Reads } from '../../database/reads.ts';
import type { Tables } from '../../database/tables.ts';
import { StorageError, StorageFullError } from '../../objects/errors.ts';
import { keyOf } from '../../objects/export-keys.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Subject } from '../analysis/subject.ts';
import { articleFilters } from '../filters.ts';
import { sourceOf } from './content/content.ts';
import { writeContent } from './content/write.ts';
import { TooManyRowsError } from './formats/xlsx.ts';
import type { Storage } from './storage/storage.ts';
import { type ExportRow, failExport, finishExport, isPending, recordError, startAttempt } from './store.ts';

export interface ExportJob {
  readonly id: string;
}

interface HandlersOptions {
  readonly db: Kysely<Tables>;
  /** Articles and analytics. */
  readonly reads: Reads;
  readonly storage: Storage;
  readonly subject: Subject;
  readonly retentionDays: number;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** The export was deleted while its file was written. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** The error that the owner sees, and whether another attempt can succeed. */
function classify(error: unknown): { readonly code: ExportError; readonly isFinal: boolean } {
  if (error instanceof StorageFullError) return { code: 'storage_full', isFinal: true };
  if (error instanceof TooManyRowsError) return { code: 'too_many_rows', isFinal: true };
  return { code: error instanceof StorageError ? 'storage_failed' : 'internal', isFinal: false };
}

/** Writes the files of exports. An attempt that fails, or whose process crashes, leaves no file that can be read. */
export function exportHandlers({ db, reads, storage, subject, retentionDays, metrics, log }: HandlersOptions): JobHandlers<ExportJob> {
  async function write(row: ExportRow, key: string, signal: AbortSignal): Promise<void> {
    const { id, kind, dataset, language } = row;
    const check = async () => {
      if (!(await isPending(db, id))) throw new CancelledError('The export was deleted');
    };
    const source = sourceOf(reads, { filters: articleFilters.parse(row.filters), language }, subject);
    const { chunks, rows } = writeContent({ kind, dataset }, source, check);
    const bytes = await storage.write(key, chunks, signal);
    const isWanted = await finishExport(db, id, { storage_key: key, rows: rows(), bytes, retentionDays });
    if (!isWanted) return storage.delete(key);
    metrics.count('newsExports', { kind, outcome: 'succeeded' });
  }
  async function fail(id: string, code?: ExportError): Promise<void> {
    const row = await failExport(db, id, code);
    if (row !== undefined) metrics.count('newsExports', { kind: row.kind, outcome: 'failed' });
  }
  return {
    async work({ id }, attempt, signal) {
      const row = await startAttempt(db, id);
      if (row === undefined) return true;
      try {
        const startedAt = performance.now();
        await write(row, keyOf(id, attempt, row.kind), signal);
        metrics.observe('newsExportDuration', { kind: row.kind }, (performance.now() - startedAt) / 1000);
        return true;
      } catch (error) {
        if (error instanceof CancelledError) return true;
        // Another process took the job.
        signal.throwIfAborted();
        const { code, isFinal } = classify(error);
        log[code === 'internal' ? 'error' : 'warn']({ export: id, attempt, error }, 'An export failed');
        if (isFinal) await fail(id, code);
        else await recordError(db, id, code);
        return isFinal;
      }
    },
    async onDeadLetter({ id }) {
      await fail(id);
    },
  };
}
