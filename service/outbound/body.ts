import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';
import { ExchangeError } from './exchange-error.ts';

export interface BodyLimits {
  /** Of the body as it is sent. */
  readonly maxBytes: number;
  /** Of the decompressed body. */
  readonly maxDecodedBytes: number;
  /** Of decompressed to sent bytes, once there is more than `ratioFloorBytes`. */
  readonly maxRatio: number;
  /** Keeps the first `maxDecodedBytes` of a larger body, which is otherwise an error. */
  readonly truncates?: boolean;
}

/** Small bodies may compress to almost nothing. */
const ratioFloorBytes = 1 << 20;

const decoders = { gzip: createGunzip, 'x-gzip': createGunzip, br: createBrotliDecompress } as const;
/** What a request accepts. */
export const acceptedEncodings = 'gzip, br';

function decoderOf(contentEncoding: string) {
  const name = contentEncoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return undefined;
  const create = Object.entries(decoders).find(([known]) => known === name)?.[1];
  if (create === undefined) throw new ExchangeError('encoding_unsupported', `the content encoding ${name} was not requested`);
  return create();
}

export interface Body {
  readonly bytes: Buffer;
  /** Bytes as sent. */
  readonly sentBytes: number;
}

/**
 * Reads and decompresses a body; it stops as soon as a limit is exceeded.
 * @throws {ExchangeError}; the error of the connection
 */
export async function readBody(body: Readable, contentEncoding: string, limits: BodyLimits): Promise<Body> {
  const { maxBytes, maxDecodedBytes, maxRatio, truncates = false } = limits;
  const chunks: Buffer[] = [];
  let [sent, decoded] = [0, 0];
  const isFull = () => truncates && decoded >= maxDecodedBytes;
  async function* count(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      sent += chunk.length;
      if (sent > maxBytes) throw new ExchangeError('too_large', `the body has more than ${maxBytes} bytes`);
      yield chunk;
    }
  }
  async function collect(source: AsyncIterable<Buffer>) {
    for await (const chunk of source) {
      decoded += chunk.length;
      if (decoded > ratioFloorBytes && decoded > sent * maxRatio) {
        throw new ExchangeError('decompression_bomb', `the body decompresses to more than ${maxRatio} times its size`);
      }
      if (decoded > maxDecodedBytes && !truncates)
        throw new ExchangeError('too_large', `the decompressed body has more than ${maxDecodedBytes} bytes`);
      chunks.push(chunk);
      if (isFull()) return;
    }
  }
  const decoder = decoderOf(contentEncoding);
  const reading = decoder === undefined ? pipeline(body, count, collect) : pipeline(body, count, decoder, collect);
  await reading.catch((error: unknown) => {
    // The rest of a truncated body is not read, which is an error of its stream.
    if (!isFull()) throw error;
  });
  const bytes = Buffer.concat(chunks);
  return { bytes: truncates ? bytes.subarray(0, maxDecodedBytes) : bytes, sentBytes: sent };
}
