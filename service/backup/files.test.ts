import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { packTar } from 'modern-tar/fs';
import type { Bucket } from '../objects/bucket.ts';
import { bucketFiles } from './files.ts';

const { signal } = new AbortController();
const read = async (content: AsyncIterable<Uint8Array | string>) =>
  Buffer.concat(await Array.fromAsync(content, (chunk) => Buffer.from(chunk)));
/** Larger than the buffers of all streams in between. */
const large = randomBytes(5_000_000);
const archive = () => packTar(['a.csv', 'b.csv'].map((target) => ({ type: 'content', target, content: large }))).pipe(createGzip());

/** A bucket in which only writing works, as given. */
const writingTo = (write: Bucket['write']): Bucket => ({
  write,
  read: async () => undefined,
  delete: async () => {},
  async *list() {},
  async *uploads() {},
});

/** Errors that no code handles end the process. */
async function unhandled(action: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const add = (error: unknown) => void errors.push(error);
  process.on('unhandledRejection', add).on('uncaughtException', add);
  await action();
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  process.off('unhandledRejection', add).off('uncaughtException', add);
  return errors;
}

test('Exported files are written to the bucket with the same bytes', async () => {
  const written = new Map<string, Buffer>();
  const bucket = writingTo(async (key, content) => {
    written.set(key, await read(content));
    return large.length;
  });
  await bucketFiles(bucket, signal).unpack(archive());
  expect([...written.keys()]).toEqual(['a.csv', 'b.csv']);
  for (const content of written.values()) expect(content.equals(large)).toBe(true);
});

test.each([0, 1])('A write that fails after %d files rejects with its error, which is handled', async (before) => {
  let files = 0;
  const bucket = writingTo(async (_, content) => {
    if (files === before) throw new Error('the bucket is full');
    files += 1;
    return (await read(content)).length;
  });
  const errors = await unhandled(() => expect(bucketFiles(bucket, signal).unpack(archive())).rejects.toThrow('the bucket is full'));
  expect(errors).toEqual([]);
});

test('An archive that cannot be read to its end rejects with that error', async () => {
  const bucket = writingTo(async (_, content) => (await read(content)).length);
  async function* cut() {
    for await (const chunk of archive()) {
      yield chunk;
      throw new Error('the disk failed');
    }
  }
  const errors = await unhandled(() => expect(bucketFiles(bucket, signal).unpack(Readable.from(cut()))).rejects.toThrow('the disk failed'));
  expect(errors).toEqual([]);
});
