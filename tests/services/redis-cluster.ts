import { Redis } from 'ioredis';
import * as z from 'zod';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { freePort, type OwnServer, startRedis } from './servers.ts';

/** Several servers that are one Redis to its clients. */
export interface RedisGroup {
  readonly url: string;
  /** Kills the master of a key with SIGKILL; returns its port. */
  killMasterOf(key: string): Promise<number>;
  /** Whether another master than the killed ones serves the key. */
  hasMasterFor(key: string): Promise<boolean>;
  remove(): Promise<void>;
}

const portOf = ({ url }: OwnServer) => Number(new URL(url).port);

async function callNode<T>(server: OwnServer, command: (client: Redis) => Promise<T>, password = ''): Promise<T> {
  const options = { maxRetriesPerRequest: 0, retryStrategy: () => null, lazyConnect: true };
  const client = new Redis(server.url, { ...options, ...(password === '' ? {} : { password }) }).on('error', () => {});
  try {
    return await command(client);
  } finally {
    client.disconnect();
  }
}

async function startAll(
  count: number,
  configurationOf: (index: number) => Promise<string>,
  options: readonly string[] = [],
): Promise<OwnServer[] | undefined> {
  const servers = await Promise.all(Array.from({ length: count }, async (_, index) => startRedis(await configurationOf(index), options)));
  const started = servers.filter((server) => server !== undefined);
  return started.length === count ? started : undefined;
}

const slots = 16_384;
/** Milliseconds after which a silent node counts as failed. */
const nodeTimeoutMs = 1000;

/** Starts a Redis Cluster of three masters with a replica each; returns undefined if Redis is not installed. */
export async function startRedisCluster(): Promise<RedisGroup | undefined> {
  const busPorts = new Map<number, number>();
  const servers = await startAll(6, async (index) => {
    const busPort = await freePort();
    busPorts.set(index, busPort);
    return `cluster-enabled yes\ncluster-port ${busPort}\ncluster-node-timeout ${nodeTimeoutMs}\nrepl-diskless-sync-delay 0\n`;
  });
  if (servers === undefined) return undefined;
  const [first, ...others] = servers;
  if (first === undefined) throw new Error('no server');
  const masters = servers.slice(0, 3);
  for (const [index, master] of masters.entries()) {
    const [from, to] = [Math.floor((index * slots) / 3), Math.floor(((index + 1) * slots) / 3) - 1];
    await callNode(master, (client) => client.cluster('ADDSLOTSRANGE', from, to));
  }
  for (const [index, other] of others.entries()) {
    await callNode(first, (client) => client.call('CLUSTER', 'MEET', '127.0.0.1', portOf(other), busPorts.get(index + 1) ?? 0));
  }
  const all = async (text: string) =>
    (await Promise.all(servers.map((server) => callNode(server, (client) => client.cluster('INFO'))))).every((info) => info.includes(text));
  await waitUntil(() => all('cluster_known_nodes:6'));
  const ids = await Promise.all(masters.map((master) => callNode(master, (client) => client.cluster('MYID'))));
  for (const [index, id] of ids.entries()) {
    const replica = servers[index + 3];
    if (replica !== undefined) await callNode(replica, (client) => client.cluster('REPLICATE', id));
  }
  await waitUntil(() => all('cluster_state:ok'));
  const replicas = servers.slice(3);
  const linked = async () =>
    (await Promise.all(replicas.map((replica) => callNode(replica, (client) => client.info('replication'))))).every((info) =>
      info.includes('master_link_status:up'),
    );
  await waitUntil(linked);
  const dead = new Set<OwnServer>();
  const alive = () => servers.filter((server) => !dead.has(server));
  /** The port of the key's master, as a live node sees it; undefined while the cluster is down. */
  async function masterPortOf(key: string): Promise<number | undefined> {
    const [node] = alive();
    if (node === undefined) throw new Error('no node is alive');
    const info = await callNode(node, (client) => client.cluster('INFO'));
    if (!info.includes('cluster_state:ok')) return undefined;
    const slot = await callNode(node, (client) => client.cluster('KEYSLOT', key));
    const ranges = await callNode(node, (client) => client.cluster('SLOTS'));
    const [, , master] = ranges.find(([from, to]) => Number(from) <= slot && slot <= Number(to)) ?? [];
    return master && Number(master[1]);
  }
  return {
    url: `redis+cluster://${masters.map((master) => `127.0.0.1:${portOf(master)}`).join(',')}`,
    async killMasterOf(key) {
      const port = await masterPortOf(key);
      const master = servers.find((server) => portOf(server) === port);
      if (master === undefined || port === undefined) throw new Error('no master');
      dead.add(master);
      await master.kill();
      return port;
    },
    async hasMasterFor(key) {
      const port = await masterPortOf(key);
      return alive().some((server) => portOf(server) === port);
    },
    remove: async () => void (await Promise.all(servers.map((server) => server.remove()))),
  };
}

/** Starts a master, a replica and three Sentinels; returns undefined if Redis is not installed. */
export async function startRedisSentinel(): Promise<RedisGroup | undefined> {
  const master = await startRedis('requirepass secret\nmasterauth secret\n');
  if (master === undefined) return undefined;
  const password = 'secret';
  const replica = await startRedis(
    `requirepass ${password}\nmasterauth ${password}\nreplicaof 127.0.0.1 ${portOf(master)}\nrepl-diskless-sync-delay 0\n`,
  );
  if (replica === undefined) throw new Error('Redis is installed');
  const lines = [
    `sentinel monitor captions 127.0.0.1 ${portOf(master)} 2`,
    `sentinel auth-pass captions ${password}`,
    'sentinel down-after-milliseconds captions 1000',
    'sentinel failover-timeout captions 5000',
  ];
  const sentinels = await startAll(3, async () => `${lines.join('\n')}\n`, ['--sentinel']);
  if (sentinels === undefined) throw new Error('Redis is installed');
  const state = () =>
    Promise.all(sentinels.map((sentinel) => callNode(sentinel, (client) => client.call('SENTINEL', 'MASTER', 'captions'))));
  await waitUntil(async () =>
    (await state()).every((entry) => {
      const fields = z.array(z.string()).parse(entry);
      return fields[fields.indexOf('num-other-sentinels') + 1] === '2' && fields[fields.indexOf('num-slaves') + 1] === '1';
    }),
  );
  return {
    url: `redis+sentinel://:${password}@${sentinels.map((sentinel) => `127.0.0.1:${portOf(sentinel)}`).join(',')}/captions`,
    async killMasterOf() {
      await master.kill();
      return portOf(master);
    },
    async hasMasterFor() {
      // The Sentinels close its connections when they promote it.
      const text = await callNode(replica, (client) => client.info('replication'), password).catch(() => '');
      return text.includes('role:master');
    },
    remove: async () => void (await Promise.all([master, replica, ...sentinels].map((server) => server.remove()))),
  };
}
