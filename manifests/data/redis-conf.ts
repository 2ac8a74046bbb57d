import { ports } from '../../contract/ports.ts';
import { quantityValue } from '../constructs/quantity.ts';

/** Memory of Redis besides its data: buffers of clients, fragmentation, the program itself. */
const besides = 0.25;

/** @throws when `maxmemory` does not fit into the container's limit; names both and `path` */
export function validateMaxMemory(path: string, maxmemory: `${number}mb`, limit: string): void {
  const most = Math.floor((quantityValue(limit) * (1 - besides)) / 2 ** 20);
  if (Number.parseFloat(maxmemory) > most)
    throw new Error(`${path}: maxmemory ${maxmemory} does not fit into the memory limit ${limit}, which leaves ${most}mb for data`);
}

/**
 * `redis.conf` (guide rows CA-10, CA-12): cache and counters of limits, nothing that must survive. What is least used goes when
 * memory is short; no jobs live here (D-16).
 */
export const redisConf = (maxmemory: `${number}mb`, port: number = ports.redis) =>
  `${[
    'bind * -::*',
    `port ${port}`,
    // Who may connect is said by the network policies; without this, others than the own host are refused.
    'protected-mode no',
    // What stops the server, empties it, blocks it for long or changes it is nobody's; INFO is asked for at each connection.
    'user default on nopass ~* &* +@all -@dangerous +info',
    `maxmemory ${maxmemory}`,
    'maxmemory-policy allkeys-lru',
    'maxmemory-clients 10%',
    'save ""',
    'appendonly no',
    'maxclients 1000',
    // Memory is given back in the background, so that no command waits for it.
    'lazyfree-lazy-eviction yes',
    'lazyfree-lazy-expire yes',
    'latency-monitor-threshold 100',
  ].join('\n')}\n`;
