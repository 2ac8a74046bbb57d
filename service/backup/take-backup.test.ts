import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import type { DatabaseTarget } from './database.ts';
import { folderFiles } from './files.ts';
import { localSets } from './set-store.ts';
import { takeBackup } from './take-backup.ts';

const folder = mkdtempSync(join(tmpdir(), 'leyenda-take-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A database whose dump is larger than all buffers. */
const database: DatabaseTarget = {
  part: 'database.dump',
  name: 'captions',
  version: async () => 'none',
  dump: async () => ({
    content: Readable.from(Array.from({ length: 100 }, () => Buffer.alloc(64 * 1024))),
    tables: Promise.resolve([]),
    snapshotAt: new Date(),
    done: Promise.resolve(),
  }),
  async load(_name, content) {
    for await (const _ of content);
    return [];
  },
  drop: async () => {},
  list: async () => [],
  swap: async () => true,
  record: async () => {},
};

test.each([
  ['without encryption', async () => 'none'],
  ['with encryption', async () => identityToRecipient(await generateIdentity())],
])('A file that cannot be written ends a backup %s, and is the reported cause', async (_, recipient) => {
  const sets = localSets(join(folder, 'sets'));
  const local = { ...sets, pathOf: () => join(folder, 'missing/database.dump') };
  const options = { local, remote: undefined, retention: { days: 30, sets: 7 }, signal: new AbortController().signal, step: () => {} };
  const source = { name: 'tests', database, exports: folderFiles(join(folder, 'exports')), configuration: () => ({}) };
  const backup = takeBackup(source, { ...options, recipient: await recipient() });
  await expect(backup).rejects.toThrow(/^the dump failed: ENOENT/);
  expect(await sets.list()).toEqual([]);
});

test('A backup deletes downloads that were interrupted a day ago, and none in progress', async () => {
  const sets = join(folder, 'downloads');
  const names = ['20260101_000000.part', '20260102_000000.part'];
  for (const name of names) mkdirSync(join(sets, name), { recursive: true });
  const seconds = Date.now() / 1000 - 25 * 3600;
  utimesSync(join(sets, names[0] ?? ''), seconds, seconds);
  const options = { local: localSets(sets), remote: undefined, retention: { days: 30, sets: 7 }, recipient: 'none', step: () => {} };
  const source = { name: 'tests', database, exports: folderFiles(join(folder, 'exports')), configuration: () => ({}) };
  const { id } = await takeBackup(source, { ...options, signal: new AbortController().signal });
  expect(readdirSync(sets).sort()).toEqual([names[1], id]);
});
