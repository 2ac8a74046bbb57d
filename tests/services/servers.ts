import { type ChildProcess, execFile, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitUntil } from '../../service/testing/wait-until.ts';

/** A server process for one test file, with its own folder and port. */
export interface OwnServer {
  readonly url: string;
  /** Stops it and keeps its data; `start` starts it again on the same port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** Waits until the server accepts connections on the port; throws if its process ends before that. */
export async function waitForPort(port: number, server: ChildProcess): Promise<void> {
  await waitUntil(async () => {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`the server ended before it listened on port ${port}`);
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    return open;
  });
}

interface Program {
  readonly folder: string;
  readonly port: number;
  readonly stopSignal: NodeJS.Signals;
  launch(): ChildProcess;
  /** Whether the server is ready: PostgreSQL accepts and closes connections during its start. */
  isReady(): Promise<boolean>;
}

export function createServerProcess(url: string, { folder, port, stopSignal, launch, isReady }: Program): OwnServer {
  let child: ChildProcess | undefined;
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child === undefined) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    child = undefined;
  }
  const server: OwnServer = {
    url,
    async start() {
      child = launch();
      await waitForPort(port, child);
      await waitUntil(isReady);
    },
    stop: () => end(stopSignal),
    kill: () => end('SIGKILL'),
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}

/** PostgreSQL does not run as root: root starts it with the account postgres. */
function accountOptions(folder: string): Pick<SpawnOptions, 'uid' | 'gid'> {
  if (process.getuid?.() !== 0) return {};
  const [uid = 0, gid = 0] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'])));
  chownSync(folder, uid, gid);
  return { uid, gid };
}

/** The bin folder of the newest PostgreSQL of Debian. */
export function postgresBin(): string | undefined {
  const base = '/usr/lib/postgresql';
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  return versions.map((version) => join(base, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb')));
}
/** Path of a program in the first folder that has it. */
export const findOnPath = (name: string, folders = process.env.PATH ?? '') =>
  folders
    .split(':')
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

/**
 * Starts a PostgreSQL below `parent` with a `postgresql.conf` and options for tests; returns undefined if it is not installed.
 * @param primary URL of the server whose streaming replica it becomes; not set: it has a database of its own
 */
export async function startPostgres(configuration = '', parent = tmpdir(), primary?: string): Promise<OwnServer | undefined> {
  const bin = postgresBin();
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(parent, 'leyenda-postgres-'));
  const data = join(folder, 'data');
  const as = { cwd: folder, stdio: 'ignore', ...accountOptions(folder) } as const;
  const make = ['--pgdata', data, '--username', 'leyenda', '--auth', 'trust', '--encoding', 'UTF8', '--locale', 'C', '--no-sync'];
  if (primary === undefined) execFileSync(join(bin, 'initdb'), make, as);
  else
    execFileSync(join(bin, 'pg_basebackup'), ['--pgdata', data, '--dbname', primary, '--write-recovery-conf', '--checkpoint', 'fast'], as);
  const port = await freePort();
  const file = join(folder, 'postgresql.conf');
  writeFileSync(file, configuration);
  const args = ['-D', data, '-c', `config_file=${file}`, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const launch = () => spawn(join(bin, 'postgres'), args, as);
  const run = promisify(execFile);
  const isReady = () =>
    run(join(bin, 'pg_isready'), ['--host', '127.0.0.1', '--port', String(port)]).then(
      () => true,
      () => false,
    );
  // SIGINT: a fast shutdown, which ends the sessions.
  const server = createServerProcess(`postgresql://leyenda@127.0.0.1:${port}/postgres`, {
    folder,
    port,
    stopSignal: 'SIGINT',
    launch,
    isReady,
  });
  await server.start();
  return server;
}

/** Starts a Redis with a `redis.conf` and options for tests; returns undefined if it is not installed. */
export async function startRedis(configuration = '', options: readonly string[] = []): Promise<OwnServer | undefined> {
  const bin = findOnPath('redis-server');
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-redis-'));
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  writeFileSync(file, configuration);
  const args = [file, '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...options];
  const launch = () => spawn(bin, args, { stdio: 'ignore' });
  const server = createServerProcess(`redis://127.0.0.1:${port}/0`, {
    folder,
    port,
    stopSignal: 'SIGTERM',
    launch,
    isReady: async () => true,
  });
  await server.start();
  return server;
}
