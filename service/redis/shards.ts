import { crc32 } from 'node:zlib';

/** Hash tags of a cache: on a Redis Cluster, keys with one tag are on one node, and the tags of a cache are spread over all nodes. */
export const shards: readonly string[] = Array.from({ length: 64 }, (_, index) => `{${index}}`);

/** The hash tag of a key. */
export const shardOf = (key: string): string => shards[crc32(key) % shards.length] ?? '';
