import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { writeFile } from '../../service/backup/checksum.ts';
import type { DatabaseTarget } from '../../service/backup/database.ts';
import { bucketFiles, folderFiles } from '../../service/backup/files.ts';
import type { Manifest, TableSummary } from '../../service/backup/manifest.ts';
import { setIdOf } from '../../service/backup/set-id.ts';
import { type LocalSets, localSets, remoteSets } from '../../service/backup/set-store.ts';
import { type BackupOptions, takeBackup } from '../../service/backup/take-backup.ts';
import { openBucket } from '../../service/objects/bucket.ts';
import { keyOf } from '../../service/objects/export-keys.ts';
import { startS3 } from './s3-server.ts';

const given = await startS3();
const withBucket = given === undefined ? describe.skip : describe;
const bucket = openBucket(
  given?.settings ?? { bucket: '', S3_REGION: '', S3_ENDPOINT: '', S3_ACCESS_KEY_ID: '', S3_SECRET_ACCESS_KEY: '' },
);
const remote = remoteSets(bucket, 'tests');
const prefix = `backups/${product.name}/tests/`;
const { signal } = new AbortController();
const folders: string[] = [];
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-bucket-sets-'));
  folders.push(folder);
  return folder;
};
afterAll(async () => {
  for (const folder of folders) rmSync(folder, { recursive: true });
  await given?.server.remove();
});

const newKey = () => keyOf(randomUUID(), 1, 'csv');
const contentOf = async (key: string) => {
  const stored = await bucket.read(key);
  return stored && Buffer.concat(await Array.fromAsync(stored.content));
};
async function store(key: string, content: Buffer): Promise<void> {
  await bucket.write(key, Readable.from([content]), signal);
}
const keys = async () => (await Array.fromAsync(bucket.list())).map(({ key }) => key).sort();

withBucket('Exported files in a bucket', () => {
  test('are archived and restored with the same bytes, without sets and files of others', async () => {
    const files = new Map([0, 12, 9_000_000].map((size) => [newKey(), randomBytes(size)]));
    for (const [key, content] of files) await store(key, content);
    await store('photo.jpg', Buffer.from('of another product'));
    await store('backups/20240729_120000/database.dump', Buffer.from('a set'));
    const archive = Buffer.concat(await Array.fromAsync(await bucketFiles(bucket, signal).pack()));
    const before = await keys();
    for (const key of before) await bucket.delete(key);
    await bucketFiles(bucket, signal).unpack(Readable.from([archive]));
    expect(await keys()).toEqual([...files.keys()].sort());
    for (const [key, content] of files) expect((await contentOf(key))?.equals(content)).toBe(true);
  });

  test('are archived again if one expires meanwhile', async () => {
    const [stays, expires] = [newKey(), newKey()];
    for (const key of [stays, expires]) await store(key, Buffer.from('rows'));
    const deleting = {
      ...bucket,
      async read(key: string) {
        const stored = await bucket.read(key);
        if (key === expires) await bucket.delete(key);
        return stored;
      },
    };
    const local = localSets(newFolder());
    const manifest = await takeBackup({ ...source(), exports: bucketFiles(deleting, signal) }, { ...options(local), remote: undefined });
    await expect(local.verify(manifest)).resolves.toBeUndefined();
  });
});

const tables: readonly TableSummary[] = [{ name: 'public.users', rows: 1, checksum: '1' }];
/** A database with one row. */
const database: DatabaseTarget = {
  part: 'database.dump',
  name: 'captions',
  version: async () => 'none',
  dump: async () => ({
    content: Readable.from([Buffer.from('row')]),
    tables: Promise.resolve(tables),
    snapshotAt: new Date(),
    done: Promise.resolve(),
  }),
  async load(_name, content) {
    for await (const _ of content);
    return tables;
  },
  drop: async () => {},
  list: async () => [],
  swap: async () => true,
  record: async () => {},
};
const source = () => ({ name: 'tests', database, exports: folderFiles(newFolder()), configuration: () => ({}) });
const options = (local: LocalSets): BackupOptions => ({
  local,
  remote,
  recipient: 'none',
  retention: { days: 0, sets: 2 },
  signal,
  step: () => {},
});

/** Makes a set of so many days ago, here and in the bucket. */
async function setOf(local: LocalSets, daysAgo: number): Promise<string> {
  const id = setIdOf(new Date(Date.now() - daysAgo * 86_400_000));
  await local.create(id);
  const part = { name: 'database.dump', ...(await writeFile(local.pathOf(id, 'database.dump'), Readable.from([Buffer.from(id)]))) };
  const at = new Date().toISOString();
  const texts = { target: 'tests', product: product.name, version: '1', database: 'none', recipient: 'none' };
  const times = { started_at: at, snapshot_at: at, completed_at: at };
  const manifest: Manifest = { format: 1, id, ...texts, ...times, parts: [part], tables: [...tables] };
  await local.complete(manifest);
  await remote.upload(local, manifest, signal);
  return id;
}
const ids = async (side: Pick<LocalSets, 'list'>) =>
  (await side.list())
    .filter(({ isComplete }) => isComplete)
    .map(({ id }) => id)
    .sort();

withBucket('Sets in a bucket', () => {
  test('are deleted by their own list: what is lost here stays there, and incomplete ones do not count', async () => {
    for (const key of await keys()) await bucket.delete(key);
    const local = localSets(newFolder());
    const [oldest, older, newer, cut] = [await setOf(local, 9), await setOf(local, 8), await setOf(local, 7), await setOf(local, 6)];
    // The newest set lost its manifest in the bucket, and all but the oldest are lost here.
    await bucket.delete(`${prefix}${cut}/manifest.json`);
    for (const id of [older, newer, cut]) await local.delete(id);
    const { id } = await takeBackup(source(), options(local));
    expect(await ids(local)).toEqual([oldest, id]);
    expect(await ids(remote)).toEqual([newer, id]);
    expect((await remote.list()).map((set) => set.id)).not.toContain(cut);
  });

  test('of another target in the same bucket are not deleted, listed or restored', async () => {
    const other = remoteSets(bucket, 'other');
    const local = localSets(newFolder());
    const id = setIdOf(new Date(Date.now() - 90 * 86_400_000));
    await bucket.write(`backups/${product.name}/other/${id}/manifest.json`, Readable.from(['{}']), signal);
    await takeBackup(source(), { ...options(local), retention: { days: 0, sets: 1 } });
    expect(await ids(other)).toEqual([id]);
    expect(await ids(remote)).not.toContain(id);
    await remote.download(local, id);
    expect(local.has(id)).toBe(false);
  });

  test('that are being restored are not deleted for a day, and a download appears when it is complete', async () => {
    const local = localSets(newFolder());
    const id = await setOf(local, 90);
    await local.delete(id);
    const during: unknown[] = [];
    const watched = remoteSets(
      {
        ...bucket,
        async read(key) {
          during.push(...(await local.list()));
          return bucket.read(key);
        },
      },
      'tests',
    );
    await watched.download(local, id);
    expect(during).toEqual([]);
    await expect(local.verify(await local.manifest(id))).resolves.toBeUndefined();
    const backUp = () => takeBackup(source(), { ...options(local), remote: undefined, retention: { days: 0, sets: 1 } });
    await backUp();
    expect(local.has(id)).toBe(true);
    const dayAgo = new Date(Date.now() - 25 * 3_600_000);
    // A set has the name of its second.
    await sleep(1000);
    utimesSync(local.pathOf(id, 'restored.part'), dayAgo, dayAgo);
    await backUp();
    expect(local.has(id)).toBe(false);
  });

  test('here are deleted too while the bucket is down, and the error names the cause', async () => {
    const local = localSets(newFolder());
    const made = [await setOf(local, 9), await setOf(local, 8)];
    const upload = async () => Promise.reject(new Error('The object store cannot be reached'));
    await expect(takeBackup(source(), { ...options(local), remote: { ...remote, upload } })).rejects.toThrow('cannot be reached');
    const left = await ids(local);
    expect(left).toHaveLength(2);
    expect(left[0]).toBe(made[1]);
  });

  test('free the space of uploads that were killed a day ago, and not that of files of others', async () => {
    const uploads = async () => (await Array.fromAsync(bucket.uploads())).map(({ key }) => key).sort();
    const cut = `${prefix}20240729_120000/database.dump`;
    for (const key of [cut, 'photo.jpg']) await given?.request('POST', `/${key}?uploads=`);
    await remote.abortUploads(new Date(Date.now() - 3_600_000));
    expect(await uploads()).toEqual([cut, 'photo.jpg']);
    await remote.abortUploads(new Date(Date.now() + 60_000));
    expect(await uploads()).toEqual(['photo.jpg']);
  });
});
