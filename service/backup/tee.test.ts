import { PassThrough, Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { waitUntil } from '../testing/wait-until.ts';
import { BrokenPipe } from './programs.ts';
import { tee } from './tee.ts';

const chunks = () => Readable.from(Array.from({ length: 10 }, () => Buffer.alloc(64 * 1024)));
const newSink = () => new PassThrough().on('error', () => {});

test('A sink that is destroyed while its buffer is full stops the copy with its error', async () => {
  const [full, other] = [newSink(), newSink()];
  other.resume();
  const copy = tee(chunks(), [full, other]);
  await waitUntil(async () => full.writableNeedDrain);
  full.destroy(new Error('the disk is full'));
  await expect(copy).rejects.toThrow('the disk is full');
  expect(other.errored?.message).toBe('the disk is full');
});

test('A sink that is destroyed without an error stops the copy as a broken pipe, which is not the cause', async () => {
  const full = newSink();
  const copy = tee(chunks(), [full]);
  await waitUntil(async () => full.writableNeedDrain);
  full.destroy();
  await expect(copy).rejects.toBeInstanceOf(BrokenPipe);
});
