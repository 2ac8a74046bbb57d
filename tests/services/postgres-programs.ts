import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programsOf, type StartProgram } from '../../service/backup/programs.ts';
import { postgresBin, startPostgres } from './servers.ts';

/** A PostgreSQL and the client programs of the same release, as the backup job has them: others may not dump or restore everything. */
export interface PostgresWithPrograms {
  readonly databaseUrl: string;
  /** A folder that the programs can write. */
  readonly folder: string;
  /** Runs a shell script with a connection to a database and returns its output. A failure throws with its standard error. */
  sh(database: string, script: string): string;
  /** Starts a program with a connection to the server. */
  readonly start: StartProgram;
  end(): Promise<void>;
}

/** The server in the container of TEST_POSTGRES_CONTAINER and TEST_DATABASE_URL, otherwise a new one; undefined if PostgreSQL is not installed. */
export async function startPostgresWithPrograms(): Promise<PostgresWithPrograms | undefined> {
  const { TEST_POSTGRES_CONTAINER: container, TEST_DATABASE_URL: databaseUrl } = process.env;
  return container !== undefined && databaseUrl !== undefined ? inContainer(container, databaseUrl) : ownServer();
}

function inContainer(container: string, databaseUrl: string): PostgresWithPrograms {
  const sh = (database: string, script: string) => {
    const env = ['--env', `PGUSER=${new URL(databaseUrl).username}`, '--env', `PGDATABASE=${database}`];
    return run('docker', ['exec', '--interactive', ...env, container, 'sh', '-eu'], script, process.env);
  };
  const folder = '/backups';
  sh('postgres', `mkdir -p ${folder}`);
  const variables = ['--env', `PGUSER=${new URL(databaseUrl).username}`];
  const start = programsOf(process.env, (name, args) => ['docker', 'exec', '--interactive', ...variables, container, name, ...args]);
  return { databaseUrl, folder, sh, start, end: async () => {} };
}

async function ownServer(): Promise<PostgresWithPrograms | undefined> {
  const [server, bin] = [await startPostgres(), postgresBin()];
  if (server === undefined || bin === undefined) {
    console.error('skipped: set TEST_POSTGRES_CONTAINER and TEST_DATABASE_URL, or install PostgreSQL (/usr/lib/postgresql)');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-backups-'));
  const { hostname, port, username } = new URL(server.url);
  const env = { PATH: `${bin}:${process.env.PATH}`, PGHOST: hostname, PGPORT: port, PGUSER: username };
  return {
    databaseUrl: server.url,
    folder,
    start: programsOf(env),
    sh: (database, script) => run('sh', ['-eu'], script, { ...env, PGDATABASE: database }),
    async end() {
      rmSync(folder, { recursive: true });
      await server.remove();
    },
  };
}

const run = (program: string, args: readonly string[], input: string, env: NodeJS.ProcessEnv) =>
  execFileSync(program, args, { input, env, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'], maxBuffer: 2 ** 28 });
