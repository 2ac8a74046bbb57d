/** Where a process of Redis listens. */
interface RedisNode {
  readonly host: string;
  readonly port: number;
}
interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
}
export interface RedisClusterServers extends Access {
  readonly kind: 'cluster';
  /** Some nodes; the others are discovered. */
  readonly nodes: readonly RedisNode[];
}
export interface RedisSentinelServers extends Access {
  readonly kind: 'sentinel';
  readonly sentinels: readonly RedisNode[];
  /** The name by which the Sentinels know the master. */
  readonly name: string;
  readonly database: number;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}
/** The servers that a REDIS_URL names. */
export type RedisServers = { readonly kind: 'single'; readonly url: string } | RedisClusterServers | RedisSentinelServers;

export const redisUrlForms = [
  'redis://HOST:6379/0',
  'redis+cluster://HOST:6379,HOST:6379',
  'redis+sentinel://HOST:26379,HOST:26379/MASTER/0',
] as const;

const form = /^redis(s?)\+(cluster|sentinel):\/\/(?:([^:@/?#]*)(?::([^@/?#]*))?@)?([^@/?#]*)(\/[^?#]*)?(?:\?([^#]*))?$/;
const nodeForm = /^(?:\[([\da-f:.]+)\]|([\w.-]+))(?::(\d{1,5}))?$/i;
const defaultPorts = { cluster: 6379, sentinel: 26_379 } as const;
const sentinelParameters = ['sentinel_username', 'sentinel_password'];

/** What is wrong with a URL. The message contains no credential. */
class RedisUrlError extends Error {}

function nodesOf(text: string, defaultPort: number): RedisNode[] {
  return text.split(',').map((item) => {
    const [, v6, name, port = String(defaultPort)] = nodeForm.exec(item) ?? [];
    const host = v6 ?? name;
    if (host === undefined || Number(port) < 1 || Number(port) > 65_535) throw new RedisUrlError(`"${item}" is no HOST:PORT`);
    return { host, port: Number(port) };
  });
}

function sentinelOf(path: string, query: URLSearchParams): Pick<RedisSentinelServers, 'name' | 'database'> {
  const [, name, database = '0'] = /^\/([^/]+)(?:\/(\d{1,4}))?$/.exec(path) ?? [];
  if (name === undefined) throw new RedisUrlError('the path must be /MASTER or /MASTER/DATABASE');
  const unknown = [...query.keys()].find((key) => !sentinelParameters.includes(key));
  if (unknown !== undefined) throw new RedisUrlError(`the parameter ${unknown} is unknown (known: ${sentinelParameters.join(', ')})`);
  return { name: decodeURIComponent(name), database: Number(database) };
}

function parse(text: string): RedisServers {
  if (URL.canParse(text) && ['redis:', 'rediss:'].includes(new URL(text).protocol)) return { kind: 'single', url: text };
  const [, tls, kind, user = '', password = '', hosts = '', path = '', parameters = ''] = form.exec(text) ?? [];
  if (kind !== 'cluster' && kind !== 'sentinel') throw new RedisUrlError(`must be a URL such as ${redisUrlForms.join(' or ')}`);
  const query = new URLSearchParams(parameters);
  const nodes = nodesOf(hosts, defaultPorts[kind]);
  const access: Access = {
    username: decodeURIComponent(user) || undefined,
    password: decodeURIComponent(password) || undefined,
    tls: tls === 's',
  };
  if (kind === 'sentinel') {
    const [sentinelUsername, sentinelPassword] = sentinelParameters.map((name) => query.get(name) ?? undefined);
    return { kind, sentinels: nodes, ...sentinelOf(path, query), ...access, sentinelUsername, sentinelPassword };
  }
  if (!['', '/', '/0'].includes(path)) throw new RedisUrlError('a Redis Cluster has database 0 only: omit the path');
  if (parameters !== '') throw new RedisUrlError('a Redis Cluster has no parameters: omit everything after ?');
  return { kind, nodes, ...access };
}

/** Parses a REDIS_URL; `rediss` in place of `redis` selects TLS. Returns what is wrong with it as `problem`. */
export function parseRedisUrl(text: string): RedisServers | { readonly problem: string } {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RedisUrlError) return { problem: error.message };
    // decodeURIComponent
    if (error instanceof URIError) return { problem: 'contains a % that encodes no character' };
    throw error;
  }
}
