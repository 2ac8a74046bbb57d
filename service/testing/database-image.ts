import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect } from 'kysely';
import { embeddedSqlExecutor, migrateQueues } from '../database/job-queues.ts';
import { migrate } from '../database/migrate.ts';
import type { Tables } from '../database/tables.ts';
import { createLogger } from '../telemetry/log.ts';

const modules = join(import.meta.dirname, '../../node_modules');
const database = join(import.meta.dirname, '../database');
const cache = join(modules, '.cache/leyenda');
const type = 'application/x-gzip';

const packageFile = (name: string) => readFileSync(join(modules, name, 'package.json'), 'utf8');
const { version } = JSON.parse(packageFile('@electric-sql/pglite'));

/** Changes with everything that makes the tables: the migrations, the queue and its package, and the month of the first partitions. */
function schemaKey(): string {
  const migrations = readdirSync(join(database, 'migrations')).map((name) => join('migrations', name));
  const sources = ['migrate.ts', 'job-queues.ts', ...migrations.sort()].map((path) => readFileSync(join(database, path), 'utf8'));
  const month = new Date().toISOString().slice(0, 7);
  return createHash('sha256')
    .update(JSON.stringify([sources, packageFile('pg-boss'), month]))
    .digest('hex')
    .slice(0, 16);
}

const pathOf = (name: string) => join(cache, `${name}.tar.gz`);

/** An embedded database in memory from its image in the cache, which the first caller makes: reading it takes a fifth of the time. */
async function fromImage(name: string, make: () => Promise<PGlite>): Promise<PGlite> {
  const path = pathOf(name);
  // Not openAsBlob(): its open file would keep the process from ending.
  if (existsSync(path)) return PGlite.create({ loadDataDir: new Blob([await readFile(path)], { type }) });
  const made = await make();
  const dump = await made.dumpDataDir('gzip');
  // Several processes may do this at once: rename() shows the others a whole file.
  const own = `${path}.${process.pid}`;
  await mkdir(cache, { recursive: true });
  await writeFile(own, Buffer.from(await dump.arrayBuffer()));
  await rename(own, path);
  return made;
}

/** An embedded database in memory without a table. */
export const emptyDatabase = (): Promise<PGlite> => fromImage(`pglite-${version}`, () => PGlite.create());

const migrated = () => `pglite-${version}-${schemaKey()}`;

/** Makes the image of `migratedDatabase` unless the cache has it. */
export async function prepareDatabaseImage(): Promise<void> {
  if (existsSync(pathOf(migrated()))) return;
  const pglite = await migratedDatabase();
  await pglite.close();
}

/** An embedded database in memory with every table, those of the queue too. */
export const migratedDatabase = (): Promise<PGlite> =>
  fromImage(migrated(), async () => {
    const pglite = await emptyDatabase();
    await migrate(new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) }));
    await migrateQueues(
      embeddedSqlExecutor(async () => pglite),
      createLogger('silent', { write: () => {} }),
    );
    return pglite;
  });
