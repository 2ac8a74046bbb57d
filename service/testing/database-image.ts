import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { dataDir } from '@electric-sql/pglite-prepopulatedfs';
import { Kysely, PostgresDialect } from 'kysely';
import { type ConnectionPool, embeddedPool, openPool } from '../database/connection-pool.ts';
import { migrateQueues } from '../database/job-queues.ts';
import { migrate } from '../database/migrate.ts';
import { PortStream } from '../database/pglite/port-stream.ts';
import { serveConnection } from '../database/pglite/serve-connection.ts';
import { startParams } from '../database/pglite/start-params.ts';
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
const image = join(cache, `pglite-${version}-${schemaHash()}.tar`);

const loadDatabase = (archive: Blob) => PGlite.create({ loadDataDir: archive, startParams });

/** Several processes may save the image at once: rename() is atomic. */
async function saveImage(pglite: PGlite): Promise<void> {
  const dump = await pglite.dumpDataDir('none');
  const temporary = `${image}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  await writeFile(temporary, Buffer.from(await dump.arrayBuffer()));
  await rename(temporary, image);
}

/** A database in memory with the same connections as the embedded one, but in this thread. */
export interface InMemoryDatabase extends ConnectionPool {
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
    async close() {
      if (!connections.pool.ending) await connections.pool.end();
      if (!pglite.closed) await pglite.close();
    },
  };
}

/** A database in memory without tables. */
export const emptyDatabase = async (): Promise<InMemoryDatabase> => connectTo(await loadDatabase(await dataDir()));

/** Creates the image of `migratedDatabase` unless it is cached, and deletes outdated images. */
export async function prepareDatabaseImage(): Promise<void> {
  if (existsSync(image)) return;
  await rm(cache, { recursive: true, force: true });
  const pglite = await loadDatabase(await dataDir());
  const { pool, sqlExecutor, close } = await connectTo(pglite);
  await migrate(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }));
  await migrateQueues(sqlExecutor, silent);
  await pool.end();
  await saveImage(pglite);
  await close();
}

/** A database in memory with every table, including those of the queues. */
export async function migratedDatabase(): Promise<InMemoryDatabase> {
  await prepareDatabaseImage();
  // Not openAsBlob(): its open file would keep the process running.
  return connectTo(await loadDatabase(new Blob([await readFile(image)], { type: 'application/x-tar' })));
}
