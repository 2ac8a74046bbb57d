import type { OutgoingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { type IdempotencyKey, seal, unseal } from './key.ts';

/** The part of a response that the handler made. */
export interface StoredResponse {
  readonly status: number;
  /** Without headers of the single request, such as its id. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const head = z.object({ status: z.int(), headers: z.record(z.string(), z.string()) });

/** The headers that the handler has set or changed. */
export const addedHeaders = (before: OutgoingHttpHeaders, after: OutgoingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(after)
      .filter(([name, value]) => before[name] !== value && name !== 'content-length')
      .map(([name, value]) => [name, String(value)]),
  );

/** Serializes a response, as a line of JSON and the bytes of the body, and encrypts it. */
export function sealResponse(slot: IdempotencyKey, { status, headers, body }: StoredResponse): Buffer {
  return seal(slot, Buffer.concat([Buffer.from(`${JSON.stringify({ status, headers })}\n`), body]));
}

export function openResponse(slot: IdempotencyKey, sealed: Uint8Array): StoredResponse {
  const plain = unseal(slot, sealed);
  const end = plain.indexOf('\n');
  return { ...head.parse(JSON.parse(plain.subarray(0, end).toString())), body: plain.subarray(end + 1) };
}
