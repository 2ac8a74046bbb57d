import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const modules = join(import.meta.dirname, '../../node_modules');
const { version } = JSON.parse(readFileSync(join(modules, '@electric-sql/pglite/package.json'), 'utf8'));
/** A database without a table, as the first test that asks for one leaves it: to make one anew takes five times as long as to read it. */
const kept = join(modules, `.cache/leyenda/pglite-${version}.tar`);

/** An embedded database in memory, as PostgreSQL makes it. */
export async function emptyDatabase(): Promise<PGlite> {
  if (existsSync(kept)) return PGlite.create({ loadDataDir: await openAsBlob(kept) });
  const made = await PGlite.create();
  const dump = await made.dumpDataDir('none');
  // Another process may do the same now: whoever reads finds a whole file.
  const own = `${kept}.${process.pid}`;
  await mkdir(join(kept, '..'), { recursive: true });
  await writeFile(own, Buffer.from(await dump.arrayBuffer()));
  await rename(own, kept);
  return made;
}
