import { ports } from '../../contract/ports.ts';
import { quantityValue } from '../constructs/quantity.ts';

/** Share of the memory limit for client buffers, fragmentation and the process itself. */
const overhead = 0.25;

/** @throws with `path` and both values if `maxmemory` does not fit into the container's limit */
export function validateMaxMemory(path: string, maxmemory: `${number}mb`, limit: string): void {
  const max = Math.floor((quantityValue(limit) * (1 - overhead)) / 2 ** 20);
  if (Number.parseFloat(maxmemory) > max)
    throw new Error(`${path}: maxmemory ${maxmemory} does not fit into the memory limit ${limit}, which leaves ${max}mb for data`);
}

/**
 * `redis.conf`: Redis has the cache and rate-limit counters, no durable data. It evicts the least recently used keys if memory is short.
 */
export const redisConf = (maxmemory: `${number}mb`, port: number = ports.redis) =>
  `${[
    'bind * -::*',
    `port ${port}`,
    // Network policies restrict clients; protected mode would reject all other hosts.
    'protected-mode no',
    // No client may stop, flush, block or reconfigure the server; clients call INFO when they connect.
    'user default on nopass ~* &* +@all -@dangerous +info',
    `maxmemory ${maxmemory}`,
    'maxmemory-policy allkeys-lru',
    'maxmemory-clients 10%',
    'save ""',
    'appendonly no',
    'maxclients 1000',
    // Frees memory in the background, so that no command waits for it.
    'lazyfree-lazy-eviction yes',
    'lazyfree-lazy-expire yes',
    'latency-monitor-threshold 100',
  ].join('\n')}\n`;
