import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { lockFolder } from './folder-lock.ts';

const program = `
import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, 'folder-lock.ts'))};
await lockFolder(process.argv[1], 'the service on port 8080');
console.log('locked');
setInterval(() => {}, 1000);`;

/** Starts a process that holds the lock. */
async function startHolder(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('lockFolder', () => {
  let root: string;
  let folder: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'leyenda-'));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'data-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('fails while another process holds the lock, and names folder, holder and remedy', async () => {
    const child = await startHolder(folder);
    const sentence = `LEYENDA_DATA_DIR: the folder ${folder} is in use by process ${child.pid} on host ${hostname()} (the service on port 8080, since `;
    const remedy = '): stop it first, or set LEYENDA_DATA_DIR to another folder.';
    await expect(lockFolder(folder, 'a test')).rejects.toMatchObject({
      name: 'StartError',
      message: expect.stringMatching(/^[^\n]+$/),
    });
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(sentence);
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(remedy);
    await kill(child);
  });

  test('succeeds after SIGKILL of the holder', async () => {
    await kill(await startHolder(folder));
    (await lockFolder(folder, 'a test'))();
  });

  test('fails over a symbolic link to a locked folder', async () => {
    const link = join(root, 'link');
    await symlink(folder, link);
    const child = await startHolder(link);
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(`in use by process ${child.pid}`);
    await kill(child);
  });

  test('fails in the process that holds the lock, until it is released', async () => {
    const release = await lockFolder(folder, 'the first');
    await expect(lockFolder(folder, 'the second')).rejects.toThrow(`in use by process ${process.pid}`);
    // The failed attempt must not have released the lock.
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: 'ignore' });
    expect((await once(child, 'exit'))[0]).toBe(1);
    release();
    await kill(await startHolder(folder));
  });

  test('ignores the description of a dead holder, even if a process has its PID', async () => {
    await writeFile(
      join(folder, 'lock-holder.json'),
      JSON.stringify({ pid: process.pid, host: hostname(), program: 'dead', since: '2026-01-01T00:00:00Z' }),
    );
    (await lockFolder(folder, 'a test'))();
  });

  test('names no holder if its description cannot be parsed', async () => {
    const release = await lockFolder(folder, 'a test');
    await writeFile(join(folder, 'lock-holder.json'), '{');
    await expect(lockFolder(folder, 'a test')).rejects.toThrow('is in use by another process: stop it first');
    release();
  });

  test('creates the folder, and only the lock files in it', async () => {
    const absent = join(folder, 'a', 'b');
    (await lockFolder(absent, 'a test'))();
    expect((await readdir(absent)).sort()).toEqual(['lock', 'lock-holder.json']);
  });

  test('names the cause if the folder cannot be created or written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')])
      await expect(lockFolder(path, 'a test')).rejects.toThrow(
        `the folder ${path} cannot be used because it, or a part of its path, is a file: `,
      );
    await expect(lockFolder('/proc/none/at/all', 'a test')).rejects.toThrow('cannot be used because it cannot be created there: ');
    const full = join(folder, 'taken');
    await mkdir(join(full, 'lock'), { recursive: true });
    await expect(lockFolder(full, 'a test')).rejects.toThrow(`the folder ${full} cannot be used because `);
  });

  test('names the cause if the user may not write or create the folder', async () => {
    await chmod(root, 0o755);
    (await lockFolder(folder, 'a test'))();
    await chmod(folder, 0o555);
    // The superuser may write to any folder.
    const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    for (const path of [folder, join(folder, 'absent')]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], { stdio: ['ignore', 'ignore', 'pipe'], ...user });
      const errors = await child.stderr.setEncoding('utf8').toArray();
      expect(errors.join('')).toContain(`the folder ${path} cannot be used because this user may not write to it: `);
    }
  });

  test('says to delete a lock file that is no SQLite database', async () => {
    await writeFile(join(folder, 'lock'), 'written by something else');
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(
      `the file ${join(folder, 'lock')} cannot be locked (file is not a database): delete it.`,
    );
  });
});
