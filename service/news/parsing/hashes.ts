import { createHash } from 'node:crypto';
import { normalized } from '../../language/words.ts';

/** A title of fewer words, such as "Editorial", does not identify an article. */
const minWords = 4;
/** A text of fewer words has too few pairs of words for a comparison. */
const minSimHashWords = 12;

const wordsOf = (text: string) =>
  normalized(text.toWellFormed(), 'NFD')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** SHA-256 of the words of title and summary, without case, accents and punctuation; of the URL if these are too few. */
export function contentHash({
  url,
  title,
  summary,
}: {
  readonly url: string;
  readonly title: string;
  readonly summary: string;
}): Uint8Array {
  const words = wordsOf(`${title}\n${summary}`);
  return createHash('sha256')
    .update(words.length < minWords ? url : words.join(' '))
    .digest();
}

/** 64 bits of a text as two halves: FNV-1a with two seeds, and the finalizer of MurmurHash3. */
function hashHalf(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function addBits(sums: Int32Array, offset: number, hash: number): void {
  for (let bit = 0; bit < 32; bit += 1) sums[offset + bit] = (sums[offset + bit] ?? 0) + ((hash >>> bit) & 1 ? 1 : -1);
}

const bitsOf = (sums: Int32Array) => sums.reduce((bits, sum, bit) => (sum > 0 ? bits | (1 << bit) : bits), 0);

/**
 * SimHash (Charikar 2002) of the words and the pairs of words, as a signed 64-bit number, the bigint of PostgreSQL.
 * @returns undefined for a text of too few words
 */
export function simHash(text: string): bigint | undefined {
  const words = wordsOf(text);
  if (words.length < minSimHashWords) return undefined;
  const sums = new Int32Array(64);
  for (const [index, word] of words.entries()) {
    for (const feature of index === 0 ? [word] : [word, `${words[index - 1]} ${word}`]) {
      addBits(sums, 0, hashHalf(feature, 0x811c9dc5));
      addBits(sums, 32, hashHalf(feature, 0x9747b28c));
    }
  }
  const high = BigInt(bitsOf(sums.subarray(32)));
  const low = BigInt(bitsOf(sums.subarray(0, 32)) >>> 0);
  return BigInt.asIntN(64, (high << 32n) | low);
}

function countBits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** The number of bits in which two hashes differ, 0 to 64. */
export function distance(a: bigint, b: bigint): number {
  const difference = BigInt.asUintN(64, a ^ b);
  return countBits(Number(difference >> 32n) | 0) + countBits(Number(difference & 0xffffffffn) | 0);
}
