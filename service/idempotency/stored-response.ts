import type { OutgoingHttpHeaders } from 'node:http';
import * as z from 'zod';
import { type IdempotencyKey, seal, unseal } from './key.ts';

/** What a caller was answered, as far as the handler made it. */
export interface StoredResponse {
  readonly status: number;
  /** Without those that belong to the single request, such as its id. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const head = z.object({ status: z.int(), headers: z.record(z.string(), z.string()) });

/** Headers that the handler has set, by those before and after it. */
export const addedHeaders = (before: OutgoingHttpHeaders, after: OutgoingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(after)
      .filter(([name, value]) => before[name] !== value && name !== 'content-length')
      .map(([name, value]) => [name, String(value)]),
  );

/** One line of JSON, then the bytes of the body; encrypted. */
export function sealResponse(slot: IdempotencyKey, { status, headers, body }: StoredResponse): Buffer {
  return seal(slot, Buffer.concat([Buffer.from(`${JSON.stringify({ status, headers })}\n`), body]));
}

export function openResponse(slot: IdempotencyKey, sealed: Uint8Array): StoredResponse {
  const plain = unseal(slot, sealed);
  const end = plain.indexOf('\n');
  return { ...head.parse(JSON.parse(plain.subarray(0, end).toString())), body: plain.subarray(end + 1) };
}
