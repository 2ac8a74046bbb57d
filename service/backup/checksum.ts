import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Part } from './manifest.ts';

type Summary = Omit<Part, 'name'>;

/** Bytes and SHA-256 of a file. */
export async function summaryOf(path: string): Promise<Summary> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Writes a new file that only its owner may read; after a crash of the machine it has its content. @returns what was written */
export async function writeFile(path: string, content: Readable): Promise<Summary> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* counted(chunks: AsyncIterable<Uint8Array>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      bytes += chunk.length;
      yield chunk;
    }
  }
  await pipeline(content, counted, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
  const file = await open(path);
  await file.sync().finally(() => file.close());
  return { bytes, sha256: hash.digest('hex') };
}
