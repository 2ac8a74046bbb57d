import { once } from 'node:events';
import { Redis as Client, Cluster, Command, type RedisCommander, type RedisOptions } from 'ioredis';
import { parseRedisUrl, type RedisClusterServers, type RedisSentinelServers } from '../../contract/redis-url.ts';
import { scripts } from './scripts.ts';

/** A connection to one Redis, to the master that Sentinels name, or to a Redis Cluster. */
export interface RedisConnection {
  /** Executes a command on the node that holds its key. */
  readonly client: RedisCommander;
  /** Resolves when the first commands can be sent. */
  ready(): Promise<unknown>;
  /** The node that holds a key; the empty string if there is only one. */
  nodeOf(key: string): string;
  /** The slot of a key: a command may have keys of one slot; 0 if there is only one node. */
  slotOf(key: string): number;
  /** Every master with its name; on a cluster, after a look at its current nodes. */
  masters(): Promise<readonly (readonly [node: string, client: Client])[]>;
  /** Opens a connection for a subscription, which is not reconnected; undefined while there is no node. */
  openSubscriber(): Client | undefined;
  close(): void;
}

/** Called with the reason when a connection fails. */
type OnError = (reason: string, node?: string) => void;

const options = {
  enableOfflineQueue: false,
  // Replaces a connection that died without closing.
  socketTimeout: 2000,
  connectTimeout: 1000,
  maxRetriesPerRequest: 0,
} as const satisfies RedisOptions;
type Create = (given: typeof options & Pick<RedisOptions, 'retryStrategy' | 'scripts'>) => Client;
const retryStrategy = (attempt: number) => Math.min(attempt * 50, 1000);
const customCommands = Object.fromEntries(Object.entries(scripts).map(([name, lua]) => [name, { lua }]));

function connectOne(create: Create, onError: OnError): RedisConnection {
  const client = create({ ...options, retryStrategy, scripts: customCommands });
  client.on('error', ({ message }) => onError(message));
  return {
    client,
    ready: () => once(client, 'ready'),
    close: () => client.disconnect(),
    nodeOf: () => '',
    slotOf: () => 0,
    masters: async () => [['', client]],
    openSubscriber: () => create({ ...options, retryStrategy: () => null }),
  };
}

/** Options for a master that Sentinels name. */
function sentinelOptions({ kind: _kind, sentinels, name, database, tls, ...access }: RedisSentinelServers) {
  return {
    sentinels: [...sentinels],
    name,
    db: database,
    sentinelRetryStrategy: retryStrategy,
    enableTLSForSentinelMode: tls,
    ...(tls ? { tls: {} } : {}),
    ...access,
  } satisfies RedisOptions;
}

const nameOf = ({ options: { host, port } }: Client) => `${host}:${port}`;
const slotOf = (key: string) => Number(new Command('get', [key]).getSlot());

/** Milliseconds between two looks at the nodes of a cluster; failures and redirections cause one at once. */
const refreshMs = 2000;

function connectCluster({ nodes, tls, kind: _kind, ...access }: RedisClusterServers, onError: OnError): RedisConnection {
  const redisOptions = { ...options, ...access, ...(tls ? { tls: {} } : {}) };
  const client = new Cluster([...nodes], {
    redisOptions,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    // The host name is what TLS verifies.
    dnsLookup: (host, found) => found(null, host),
    slotsRefreshInterval: refreshMs,
    slotsRefreshTimeout: 1000,
    // A command that has timed out must not be executed later.
    maxRedirections: 3,
    retryDelayOnFailover: 20,
    retryDelayOnClusterDown: 20,
    scripts: customCommands,
  });
  client.on('error', ({ message }: Error) => onError(message));
  client.on('node error', ({ message }: Error, node: string) => onError(message, node));
  const refreshed = () => new Promise<void>((resolve, reject) => client.refreshSlotsCache((error) => (error ? reject(error) : resolve())));
  return {
    client,
    ready: () => once(client, 'ready'),
    close: () => client.disconnect(),
    slotOf,
    nodeOf: (key) => client.slots[slotOf(key)]?.[0] ?? '',
    async masters() {
      await refreshed();
      return client.nodes('master').map((node) => [nameOf(node), node] as const);
    },
    openSubscriber() {
      const all = client.nodes('all');
      const node = all[Math.floor(Math.random() * all.length)];
      if (node === undefined) return undefined;
      const { host = '', port = 0 } = node.options;
      return new Client({ ...redisOptions, host, port, retryStrategy: () => null });
    },
  };
}

/** Connects in the background to the servers of a REDIS_URL, and reconnects without limit. */
export function connect(url: string, onError: OnError): RedisConnection {
  const servers = parseRedisUrl(url);
  if ('problem' in servers) throw new Error(`REDIS_URL: ${servers.problem}`);
  if (servers.kind === 'cluster') return connectCluster(servers, onError);
  if (servers.kind === 'single') return connectOne((given) => new Client(servers.url, given), onError);
  return connectOne((given) => new Client({ ...sentinelOptions(servers), ...given }), onError);
}
