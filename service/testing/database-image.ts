import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect } from 'kysely';
import { type ConnectionPool, embeddedPool, openPool } from '../database/connection-pool.ts';
import { migrateQueues } from '../database/job-queues.ts';
import { migrate } from '../database/migrate.ts';
import { PortStream } from '../database/pglite/port-stream.ts';
import { serveConnection } from '../database/pglite/serve-connection.ts';
import type { Tables } from '../database/tables.ts';
import { createLogger } from '../telemetry/log.ts';

const modules = join(import.meta.dirname, '../../node_modules');
const database = join(import.meta.dirname, '../database');
const cache = join(modules, '.cache/leyenda');

const packageFile = (name: string) => readFileSync(join(modules, name, 'package.json'), 'utf8');
const { version } = JSON.parse(packageFile('@electric-sql/pglite'));

/** Hash of everything that defines the tables: the migrations, the queues, their package, and the month of the first partitions. */
function schemaHash(): string {
  const migrations = readdirSync(join(database, 'migrations')).map((name) => join('migrations', name));
  const sources = ['migrate.ts', 'job-queues.ts', ...migrations.sort()].map((path) => readFileSync(join(database, path), 'utf8'));
  const month = new Date().toISOString().slice(0, 7);
  return createHash('sha256')
    .update(JSON.stringify([sources, packageFile('pg-boss'), month]))
    .digest('hex')
    .slice(0, 16);
}

/** Not compressed: loading takes half the time. */
const images = { empty: `pglite-${version}.tar`, migrated: `pglite-${version}-${schemaHash()}.tar` };

/** Loads an in-memory database from its image in the cache; creates the image if there is none. Loading takes a fifth of the time of initdb. */
async function fromImage(name: string, create: () => Promise<PGlite>): Promise<PGlite> {
  const path = join(cache, name);
  // Not openAsBlob(): its open file would keep the process running.
  if (existsSync(path)) return PGlite.create({ loadDataDir: new Blob([await readFile(path)], { type: 'application/x-tar' }) });
  const created = await create();
  const dump = await created.dumpDataDir('none');
  // Several processes may create it at once: rename() is atomic.
  const temporary = `${path}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  await writeFile(temporary, Buffer.from(await dump.arrayBuffer()));
  await rename(temporary, path);
  return created;
}

/** A database in memory with the same connections as the embedded one, but in this thread. */
export interface InMemoryDatabase extends ConnectionPool {
  readonly dump: () => Promise<Blob>;
  readonly close: () => Promise<void>;
}
const silent = createLogger('silent', { write: () => {} });

async function connectTo(pglite: PGlite): Promise<InMemoryDatabase> {
  const connect = async () => {
    const { port1, port2 } = new MessageChannel();
    serveConnection(pglite, port2);
    return port1;
  };
  const connections = await openPool(
    embeddedPool(() => new PortStream(connect)),
    silent,
  );
  return {
    ...connections,
    dump: () => pglite.dumpDataDir('none'),
    async close() {
      if (!connections.pool.ending) await connections.pool.end();
      if (!pglite.closed) await pglite.close();
    },
  };
}

/** A database in memory without tables. */
export const emptyDatabase = async (): Promise<InMemoryDatabase> => connectTo(await fromImage(images.empty, () => PGlite.create()));

/** A database in memory with every table, including those of the queues. */
export const migratedDatabase = async (): Promise<InMemoryDatabase> => connectTo(await fromImage(images.migrated, createMigrated));

async function createMigrated(): Promise<PGlite> {
  const pglite = await fromImage(images.empty, () => PGlite.create());
  const { pool, sqlExecutor } = await connectTo(pglite);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  await migrate(db);
  await migrateQueues(sqlExecutor, silent);
  await db.destroy();
  return pglite;
}

/** Creates the image of `migratedDatabase` unless it is cached, and deletes outdated images. */
export async function prepareDatabaseImage(): Promise<void> {
  if (existsSync(join(cache, images.migrated))) return;
  await rm(cache, { recursive: true, force: true });
  const { close } = await migratedDatabase();
  await close();
}
