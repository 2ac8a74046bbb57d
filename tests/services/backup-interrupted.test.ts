import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { setIdOf } from '../../service/backup/set-id.ts';
import { localSets } from '../../service/backup/set-store.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { fillMachine, type Machine, machineOn } from './backup-data.ts';
import { startPostgres } from './servers.ts';

const program = join(import.meta.dirname, '../../service/backup/main.ts');
const server = await startPostgres();
const withServer = server === undefined ? describe.skip : describe;
/** Long enough to be interrupted while they are dumped and restored. */
const manyRows = `insert into audit_log (actor, action, object) select 'user:1', 'key.created', 'key:' || n from generate_series(1, 50000) n`;

withServer('A backup or a restore that is killed with SIGKILL', () => {
  let machine: Machine;
  let good: string;
  let saved: number;
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-sets-'));
  const local = localSets(join(folder, 'host'));
  const entries = async () => Number((await machine.query<{ count: string }>('select count(*) from audit_log'))[0]?.count);
  const addEntry = () => machine.query(`insert into audit_log (actor, action, object) values ('after', 'the', 'set')`);
  /** A process with a group of its own, to which psql, pg_dump and pg_restore belong too. */
  const start = (...args: readonly string[]) => {
    const env = { ...machine.env, BACKUP_DIR: folder, BACKUP_RECIPIENT: 'none' };
    const child = spawn(process.execPath, [program, ...args], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    return { child, ended: once(child, 'close') };
  };
  async function complete(...args: readonly string[]): Promise<void> {
    const { child, ended } = start(...args);
    const errors = text(child.stderr);
    expect([...(await ended), await errors]).toEqual([0, null, '']);
  }
  /** Kills the group once a line is printed and the condition is met. */
  async function killed(args: readonly string[], line: RegExp, condition: () => Promise<boolean>): Promise<void> {
    const { child, ended } = start(...args);
    child.stderr.resume();
    const lines = createInterface(child.stdout);
    for await (const printed of lines) if (line.test(printed)) break;
    await waitUntil(condition);
    process.kill(-Number(child.pid), 'SIGKILL');
    expect(await ended).toEqual([null, 'SIGKILL']);
  }
  const hasDatabase = (part: string) => async () => (await machine.databases()).some((name) => name.includes(part));
  const atOnce = async () => true;

  beforeAll(async () => {
    if (server === undefined) return;
    machine = machineOn(server);
    await fillMachine(machine);
    await machine.query(manyRows);
    saved = await entries();
    await complete('backup');
    good = (await local.list())[0]?.id ?? '';
  });
  afterAll(async () => {
    await machine.server.remove();
    for (const path of [folder, machine.exports]) rmSync(path, { recursive: true, force: true });
  });

  test.each([
    ['while the dump is restored into the scratch database', /^dump and verify/, hasDatabase('_check_')],
    ['before exported files', /^archive exported files/, atOnce],
  ])('leaves the last good set, and the next backup succeeds: %s', async (_, line, condition) => {
    await killed(['backup'], line, condition);
    const interrupted = (await local.list()).find(({ isComplete }) => !isComplete)?.id ?? '';
    expect(interrupted > good).toBe(true);
    await expect(local.verify(await local.manifest(good))).resolves.toBeUndefined();
    await expect(local.manifest(interrupted)).rejects.toThrow('it is incomplete');
    // A set has the name of its second.
    await waitUntil(async () => setIdOf(new Date()) > interrupted);
    await complete('backup');
    // As if it had been two days ago.
    const old = '20240729_120000';
    await rename(local.pathOf(interrupted), local.pathOf(old));
    const scratch = `captions_check_${interrupted}`;
    if (await hasDatabase(scratch)()) await machine.query(`alter database ${scratch} rename to captions_check_${old}`);
    await complete('backup');
    expect((await local.list()).every(({ isComplete }) => isComplete)).toBe(true);
    expect(await machine.databases()).toEqual(['captions', 'postgres']);
  });

  test.each([
    ['while the set is checked', /^check the parts/, atOnce],
    ['while the dump is restored', /^restore the dump/, hasDatabase('_restore_')],
  ])('leaves the running database, and the next restore succeeds: %s', async (_, line, condition) => {
    await addEntry();
    const before = await entries();
    await killed(['restore', good], line, condition);
    expect(await entries()).toBe(before);
    await complete('restore', good);
    expect(await entries()).toBe(saved);
  });

  test('in the middle of the renames leaves the running database, which accepts connections', async () => {
    await addEntry();
    const before = await entries();
    // A session that cannot end holds up the renames.
    const client = new Client(machine.url);
    client.on('error', () => {});
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    const isLocked = async () => {
      const maintenance = new Client(machine.server.url);
      await maintenance.connect();
      const found = await maintenance.query(
        `select from pg_locks where classid = 'pg_database'::regclass and mode = 'AccessExclusiveLock' and granted`,
      );
      await maintenance.end();
      return found.rowCount === 1;
    };
    try {
      await killed(['restore', good], /^rename /, isLocked);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await entries()).toBe(before);
    await complete('restore', good);
    expect(await entries()).toBe(saved);
  });

  test('after the renames leaves the restored database, and the next restore succeeds', async () => {
    await addEntry();
    await killed(['restore', good], /^restore exported files/, atOnce);
    expect(await entries()).toBe(saved);
    await complete('restore', good);
    expect(await entries()).toBe(saved);
  });

  test('does not keep a restore from replacing a database to which clients connect without pause', async () => {
    let isRunning = true;
    const connectAgain = async () => {
      while (isRunning) {
        const client = new Client(machine.url);
        client.on('error', () => {});
        await client.connect().then(
          () => client.query('select 1').catch(() => {}),
          () => {},
        );
        await client.end().catch(() => {});
      }
    };
    const clients = Array.from({ length: 4 }, connectAgain);
    await addEntry();
    await complete('restore', good);
    isRunning = false;
    await Promise.all(clients);
    expect(await entries()).toBe(saved);
  });
});
