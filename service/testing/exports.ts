import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testDatabase } from './database.ts';

let folder: string | undefined;
/** The folder of exported files of a test file. */
export function exportsFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), 'leyenda-exports-'));
  return folder;
}

/** Stores an export that has succeeded, and its file. */
export async function insertFinishedExport(owner: string): Promise<string> {
  const [key, content] = [`${randomUUID()}-1.csv`, 'id,title\r\n1,A title\r\n'];
  await mkdir(exportsFolder(), { recursive: true });
  await writeFile(join(exportsFolder(), key), content);
  const values = { kind: 'csv', dataset: 'articles', language: 'en', state: 'succeeded', storage_key: key } as const;
  const filters = JSON.stringify({ from: '2026-11-01', to: '2026-11-30', relevant: 'only', duplicates: 'exclude' });
  const { id } = await testDatabase
    .insertInto('news_exports')
    .values({
      ...values,
      owner,
      filters,
      rows: 1,
      bytes: content.length,
      finished_at: new Date(),
      expires_at: new Date(Date.now() + 86_400_000),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
