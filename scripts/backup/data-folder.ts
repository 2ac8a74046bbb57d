import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar } from 'modern-tar/fs';
import { settings } from '../../contract/settings.ts';
import type { DatabaseTarget } from '../../service/backup/database.ts';
import { configurationText, type Environment, valueIn } from '../../service/backup/environment.ts';
import { folderFiles } from '../../service/backup/files.ts';
import { parseTable } from '../../service/backup/manifest.ts';
import { ended } from '../../service/backup/programs.ts';
import type { RestoreTarget } from '../../service/backup/restore-backup.ts';
import { Failure } from '../cli/failure.ts';

const program = join(import.meta.dirname, '../../service/data-folder.ts');

/** The embedded database: its files, while no service has them open. */
function embeddedDatabase(folder: string, env: Environment): DatabaseTarget {
  const start = (args: readonly string[]) =>
    spawn(process.execPath, [program, ...args], { env: { ...env, LEYENDA_DATA_DIR: folder }, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  async function run(...args: readonly string[]): Promise<string> {
    const child = start(args);
    const done = ended(args[0] ?? '', child);
    const [output] = await Promise.all([text(child.stdout), done]);
    return output;
  }
  const tablesOf = (lines: string) =>
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map(parseTable);
  return {
    part: 'database.tar.gz',
    name: 'postgres',
    version: async () => 'PGlite',
    async dump() {
      const child = start(['dump']);
      const done = ended('dump', child);
      done.catch(() => {});
      const tables = text(child.stdio[3] instanceof Readable ? child.stdio[3] : Readable.from([])).then(tablesOf);
      return { content: child.stdout, tables, snapshotAt: new Date(), done };
    },
    async load(name, content) {
      await pipeline(content, createGunzip(), unpackTar(join(folder, name)));
      return tablesOf(await run('tables', name));
    },
    drop: (name) => rm(join(folder, name), { recursive: true, force: true }),
    list: () => readdir(folder).catch(() => []),
    async swap(next, former) {
      const hadOne = existsSync(join(folder, 'postgres'));
      await run('swap', next, former);
      return hadOne;
    },
    record: async (id, bytes) => void (await run('record', id, String(bytes))),
  };
}

/** The data of `npm start`: the folder LEYENDA_DATA_DIR, and exported files. @throws {Failure} `usage` in the bundle */
export function dataFolderTarget(env: Environment): RestoreTarget {
  if (!existsSync(program)) throw new Failure('usage', 'this build of leyenda does not contain the service', 'run it in a checkout');
  const [folder, exports] = (['LEYENDA_DATA_DIR', 'EXPORTS_DIR'] as const).map((name) => settings[name].schema.parse(valueIn(env, name)));
  return {
    name: 'folder',
    database: embeddedDatabase(folder ?? '', env),
    exports: folderFiles(exports ?? ''),
    configuration: () => ({ 'settings.env': configurationText(env) }),
  };
}
