import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createClient } from '../../service/client/client.ts';
import { bucketStorage } from '../../service/news/exports/storage/bucket.ts';
import { openBucket } from '../../service/objects/bucket.ts';
import { StorageError } from '../../service/objects/errors.ts';
import { keyOf } from '../../service/objects/export-keys.ts';
import { spawnService } from '../../service/testing/process.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { startS3 } from './s3-server.ts';

const given = await startS3();
const withBucket = given === undefined ? describe.skip : describe;
afterAll(() => given?.server.remove());

const settings = given?.settings ?? { bucket: '', S3_ENDPOINT: '', S3_REGION: '', S3_ACCESS_KEY_ID: '', S3_SECRET_ACCESS_KEY: '' };
const storage = bucketStorage(openBucket(settings));
const { signal } = new AbortController();
const mebibyte = 1024 * 1024;
const newKey = () => keyOf(randomUUID(), 1, 'csv');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
async function* inChunks(bytes: Uint8Array, size = 700_000) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function contentOf(key: string): Promise<Buffer | undefined> {
  const file = await storage.read(key);
  return file && Buffer.concat(await Array.fromAsync(file.content));
}
const keysBefore = (before: Date) => Array.fromAsync(storage.list(before));
const later = () => new Date(Date.now() + 60_000);
/** Keys of uploads that are not complete. */
const uploads = async () => [...((await given?.request('GET', '?uploads=')) ?? '').matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key]) => key);
/** Starts an upload with one part, as a process that crashes then. */
async function startUpload(key: string): Promise<void> {
  const xml = (await given?.request('POST', `/${key}?uploads=`)) ?? '';
  const [, id = ''] = /<UploadId>([^<]*)<\/UploadId>/.exec(xml) ?? [];
  await given?.request('PUT', `/${key}?partNumber=1&uploadId=${encodeURIComponent(id)}`, 'the first part');
}

withBucket('A bucket of exports', () => {
  test.each([
    ['is empty', 0],
    ['is small', 12],
    ['is one part', 8 * mebibyte],
    ['is two whole parts', 16 * mebibyte],
    ['has a shorter last part', 20 * mebibyte + 7],
  ])('returns the bytes of a file that %s', async (_, size) => {
    const [key, bytes] = [newKey(), randomBytes(size)];
    expect(await storage.write(key, inChunks(bytes), signal)).toBe(size);
    expect((await storage.read(key))?.bytes).toBe(size);
    expect(sha256((await contentOf(key)) ?? Buffer.from('none'))).toBe(sha256(bytes));
    expect(await uploads()).toEqual([]);
  });

  test('has a deleted file no longer, and deleting it again is no error', async () => {
    const key = newKey();
    await storage.write(key, inChunks(Buffer.from('content')), signal);
    await storage.delete(key);
    await storage.delete(key);
    expect(await storage.read(key)).toBeUndefined();
    expect(await keysBefore(later())).not.toContain(key);
  });

  test('lists the files of exports written before a time, also more than a page of them, and no other objects', async () => {
    const keys = Array.from({ length: 1010 }, newKey);
    const waiting = [...keys];
    const writeAll = async () => {
      for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) await storage.write(key, inChunks(Buffer.from('x')), signal);
    };
    await Promise.all(Array.from({ length: 8 }, writeAll));
    await given?.request('PUT', '/photo.jpg', 'no export');
    const listed = await keysBefore(later());
    expect(keys.filter((key) => !listed.includes(key))).toEqual([]);
    expect(listed).not.toContain('photo.jpg');
    expect(await keysBefore(new Date(Date.now() - 3_600_000))).toEqual([]);
  });

  test.each(['is aborted', 'fails'])('has nothing of a file whose content %s after two parts', async (end) => {
    const [key, stopping] = [newKey(), new AbortController()];
    async function* content() {
      yield* inChunks(randomBytes(17 * mebibyte));
      if (end === 'fails') throw new Error('no more rows');
      stopping.abort(new Error('another process took the job'));
      yield* inChunks(randomBytes(9 * mebibyte));
    }
    await expect(storage.write(key, content(), stopping.signal)).rejects.toThrow(/no more rows|another process/);
    expect(await storage.read(key)).toBeUndefined();
    expect(await uploads()).toEqual([]);
  });

  test('frees the space of uploads of a process that crashed, and keeps recent ones and those of others', async () => {
    const key = newKey();
    await startUpload(key);
    await startUpload('photo.jpg');
    await storage.abortUploads(new Date(Date.now() - 3_600_000));
    expect((await uploads()).sort()).toEqual([key, 'photo.jpg'].sort());
    await storage.abortUploads(later());
    expect(await uploads()).toEqual(['photo.jpg']);
  });

  test.each([
    ['a bucket that does not exist', { bucket: 'absent' }, /NoSuchBucket for bucket absent/],
    ['another secret', { S3_SECRET_ACCESS_KEY: 'another' }, /SignatureDoesNotMatch/],
    // The second code is that of versitygw.
    ['an unknown access key', { S3_ACCESS_KEY_ID: 'unknown' }, /InvalidAccessKeyId|XAdminUserNotFound/],
  ])('with %s rejects files with the reason', async (_, change, reason) => {
    const other = bucketStorage(openBucket({ ...settings, ...change }));
    for (const size of [10, 9 * mebibyte]) {
      const error: unknown = await other.write(newKey(), inChunks(randomBytes(size)), signal).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageError);
      expect(String(error)).toMatch(reason);
    }
  });
});

withBucket('The service with a bucket', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const clean of cleanups.splice(0).reverse()) await clean();
  });

  test('writes an export into it, serves it by a link, and deletes it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leyenda-bucket-'));
    cleanups.push(() => rm(folder, { recursive: true }));
    const { bucket: S3_BUCKET, ...rest } = settings;
    const credential = 'a-key-of-the-tests-of-buckets';
    const service = spawnService({ LEYENDA_DATA_DIR: folder, VALID_API_KEYS: credential, S3_BUCKET, ...rest });
    cleanups.push(service.end);
    const baseUrl = await service.url();
    const client = createClient({ baseUrl, credential });
    const { id } = await client.call('createExport', { body: { kind: 'csv', dataset: 'articles', filters: {} } });
    const { link, bytes } = await waitUntil(
      () => client.call('readExport', { params: { id } }),
      ({ state }) => state === 'succeeded',
    );
    const file = await fetch(`${baseUrl}${link?.url}`);
    expect([file.status, Buffer.from(await file.arrayBuffer()).length]).toEqual([200, bytes]);
    expect((await fetch(`${baseUrl}${link?.url.replace(/expires=\d+/, 'expires=1')}`)).status).toBe(403);
    expect((await fetch(`${settings.S3_ENDPOINT}/${S3_BUCKET}/${keyOf(id, 1, 'csv')}`)).status).toBe(403);
    expect(await keysBefore(later())).toContain(keyOf(id, 1, 'csv'));
    await client.call('deleteExport', { params: { id } });
    expect((await fetch(`${baseUrl}${link?.url}`)).status).toBe(410);
    expect(await keysBefore(later())).not.toContain(keyOf(id, 1, 'csv'));
  });
});
