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

/** Another process that holds the lock. */
async function holder(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}
async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('The lock of a data folder', () => {
  let root: string;
  let folder: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'leyenda-'));
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(root, 'data-'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  test('is refused while another process holds it, in one sentence that names folder, holder and remedy', async () => {
    const child = await holder(folder);
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

  test('is free again after SIGKILL of its holder', async () => {
    await kill(await holder(folder));
    (await lockFolder(folder, 'a test'))();
  });

  test('is refused over a symbolic link to the folder', async () => {
    const link = join(root, 'link');
    await symlink(folder, link);
    const child = await holder(link);
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(`in use by process ${child.pid}`);
    await kill(child);
  });

  test('is refused within the process that holds it, and free after its release', async () => {
    const release = await lockFolder(folder, 'the first');
    await expect(lockFolder(folder, 'the second')).rejects.toThrow(`in use by process ${process.pid}`);
    // The refused attempt must not have ended the lock.
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], { stdio: 'ignore' });
    expect((await once(child, 'exit'))[0]).toBe(1);
    release();
    await kill(await holder(folder));
  });

  test('does not believe the description of a holder that is gone, even if a process has its number', async () => {
    await writeFile(
      join(folder, 'lock-holder.json'),
      JSON.stringify({ pid: process.pid, host: hostname(), program: 'gone', since: '2026-01-01T00:00:00Z' }),
    );
    (await lockFolder(folder, 'a test'))();
  });

  test('names no holder if the description of the holder cannot be read', async () => {
    const release = await lockFolder(folder, 'a test');
    await writeFile(join(folder, 'lock-holder.json'), '{');
    await expect(lockFolder(folder, 'a test')).rejects.toThrow('is in use by another process: stop it first');
    release();
  });

  test('makes the folder if there is none, and writes nothing into it but the lock', async () => {
    const absent = join(folder, 'a', 'b');
    (await lockFolder(absent, 'a test'))();
    expect((await readdir(absent)).sort()).toEqual(['lock', 'lock-holder.json']);
  });

  test('says why if the folder cannot be made or written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'below')])
      await expect(lockFolder(path, 'a test')).rejects.toThrow(
        `the folder ${path} cannot be used because it, or a part of its path, is a file: `,
      );
    await expect(lockFolder('/proc/none/at/all', 'a test')).rejects.toThrow('cannot be used because it cannot be made there: ');
    const full = join(folder, 'taken');
    await mkdir(join(full, 'lock'), { recursive: true });
    await expect(lockFolder(full, 'a test')).rejects.toThrow(`the folder ${full} cannot be used because `);
  });

  test('says that the user may not write to the folder, nor make it', async () => {
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

  test('says that a file which is no lock is to be deleted', async () => {
    await writeFile(join(folder, 'lock'), 'written by something else');
    await expect(lockFolder(folder, 'a test')).rejects.toThrow(
      `the file ${join(folder, 'lock')} cannot be locked (file is not a database): delete it.`,
    );
  });
});
