import { execFileSync } from 'node:child_process';
import { createReadStream, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { appendFile, cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { Client } from 'pg';
import { summaryOf } from '../../service/backup/checksum.ts';
import { decrypt } from '../../service/backup/encryption.ts';
import { hostTarget } from '../../service/backup/host.ts';
import { type Manifest, manifestName, parseManifest } from '../../service/backup/manifest.ts';
import { loadSet, restoreBackup } from '../../service/backup/restore-backup.ts';
import { setIdOf } from '../../service/backup/set-id.ts';
import { localSets, remoteSets } from '../../service/backup/set-store.ts';
import { takeBackup } from '../../service/backup/take-backup.ts';
import { openBucket } from '../../service/objects/bucket.ts';
import { fillMachine, type Machine, machineOn } from './backup-data.ts';
import { startS3 } from './s3-server.ts';
import { startPostgres } from './servers.ts';

const server = await startPostgres();
const bucketServer = server && (await startS3());
const withServer = server === undefined ? describe.skip : describe;
const { signal } = new AbortController();
const seconds = (since: number) => Math.round((performance.now() - since) / 100) / 10;
const sum = (manifest: Manifest) => manifest.tables.reduce((rows, table) => rows + table.rows, 0);

withServer('A backup of a host', () => {
  let machine: Machine;
  let identity: string;
  let recipient: string;
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-sets-'));
  const local = localSets(folder);
  const bucket = bucketServer && openBucket(bucketServer.settings);
  const remote = bucket && remoteSets(bucket, 'drill');
  const step = () => {};
  const target = () => hostTarget(machine.env, { name: 'drill', url: undefined, signal });
  const backUp = (rest = {}) =>
    takeBackup(target(), { local, remote: undefined, recipient, retention: { days: 30, sets: 7 }, signal, step, ...rest });
  const restore = (id: string, rest = {}) => restoreBackup(target(), id, { local, remote: undefined, identity, signal, step, ...rest });
  /** The rows of the audit log, which nothing but a test writes. */
  const entries = async () => Number((await machine.query<{ count: string }>('select count(*) from audit_log'))[0]?.count);

  let manifest: Manifest;
  beforeAll(async () => {
    if (server === undefined) return;
    machine = machineOn(server);
    identity = await generateIdentity();
    recipient = await identityToRecipient(identity);
    await fillMachine(machine);
  });
  afterAll(async () => {
    await Promise.all([machine.server.remove(), bucketServer?.server.remove()]);
    for (const path of [folder, machine.exports]) rmSync(path, { recursive: true, force: true });
  });

  test('is verified by a restore, in one snapshot, while another process writes', async () => {
    const writer = new Client(machine.url);
    await writer.connect();
    let isWriting = true;
    const writing = (async () => {
      while (isWriting) await writer.query(`insert into audit_log (actor, action, object) values ('writer', 'write', 'now')`);
    })();
    const before = performance.now();
    manifest = await backUp();
    process.stderr.write(`backup of ${sum(manifest)} rows: ${seconds(before)} s\n`);
    isWriting = false;
    await writing;
    await writer.end();
    const saved = manifest.tables.find(({ name }) => name === 'public.audit_log')?.rows ?? 0;
    expect(saved).toBeGreaterThanOrEqual(2000);
    expect(await entries()).toBeGreaterThan(saved);
    expect(manifest.parts.map(({ name }) => name)).toEqual(['database.dump.age', 'exports.tar.gz.age', 'configuration.tar.gz.age']);
    expect(await machine.databases()).toEqual(['captions', 'postgres']);
  });

  test('stores in the database when it was complete', async () => {
    const [row] = await machine.query<{ id: string; bytes: string }>('select id, bytes from backups');
    expect(row).toEqual({ id: manifest.id, bytes: String(manifest.parts.reduce((bytes, part) => bytes + part.bytes, 0)) });
  });

  test('is readable by its owner only, and has no secret in it', async () => {
    const files = await readdir(join(folder, manifest.id));
    expect(files.sort()).toEqual([...manifest.parts.map(({ name }) => name), manifestName].sort());
    for (const file of ['', ...files]) expect(statSync(local.pathOf(manifest.id, file)).mode & 0o077).toBe(0);
    const archive = await decrypt(createReadStream(local.pathOf(manifest.id, 'configuration.tar.gz.age')), identity);
    const plain = Buffer.concat(await Array.fromAsync(archive));
    const text = execFileSync('tar', ['-xzOf', '-'], { input: plain, encoding: 'utf8' });
    expect(text).toContain('LOG_LEVEL=warn');
    expect(text).not.toMatch(/DATABASE_URL|sk-a-secret/);
  });

  describe('that is damaged is rejected, and the running data stays', () => {
    let copy: string;
    const copied = () => localSets(copy);
    beforeAll(async () => {
      copy = mkdtempSync(join(tmpdir(), 'leyenda-damaged-'));
    });
    afterAll(() => rmSync(copy, { recursive: true }));
    const file = (name: string) => join(copy, manifest.id, name);
    /** Writes the sizes and hashes of the damaged parts into the manifest, as a forger would. */
    async function forgeManifest(): Promise<void> {
      const known = parseManifest(await readFile(file(manifestName), 'utf8'), manifest.id);
      const parts = await Promise.all(known.parts.map(async ({ name }) => ({ name, ...(await summaryOf(file(name))) })));
      await writeFile(file(manifestName), JSON.stringify({ ...known, parts }));
    }
    const damages: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
      ['truncated', () => truncate(file('database.dump.age'), 5000), /database.dump.age has 5000 bytes instead of \d+/],
      [
        'truncated, with its size in the manifest',
        () => truncate(file('database.dump.age'), 70_000).then(forgeManifest),
        /rejected|damaged/,
      ],
      [
        'changed in one byte',
        async () => {
          const bytes = await readFile(file('database.dump.age'));
          bytes[bytes.length - 1000] = (bytes.at(-1000) ?? 0) ^ 1;
          await writeFile(file('database.dump.age'), bytes);
        },
        /database.dump.age was changed/,
      ],
      [
        'changed in one byte, with its hash in the manifest',
        async () => {
          const bytes = await readFile(file('database.dump.age'));
          bytes[bytes.length - 1000] = (bytes.at(-1000) ?? 0) ^ 1;
          await writeFile(file('database.dump.age'), bytes);
          await forgeManifest();
        },
        /rejected/,
      ],
      ['longer', () => appendFile(file('exports.tar.gz.age'), 'more').then(forgeManifest), /rejected|failed/],
      ['without a part', () => rm(file('exports.tar.gz.age')), /exports.tar.gz.age is missing/],
      ['incomplete', () => rm(file(manifestName)), /it is incomplete, it has no manifest.json/],
      ['missing', () => rm(join(copy, manifest.id), { recursive: true }), /there is no set/],
      [
        'of other rows than its manifest',
        async () => {
          const text = await readFile(file(manifestName), 'utf8');
          await writeFile(file(manifestName), text.replace(/("name": "public.users",\s+"rows": )\d+/, '$1499'));
        },
        /public.users has 500 rows instead of 499/,
      ],
    ];
    test.each(damages)('%s', async (_, damage, message) => {
      await cp(join(folder, manifest.id), join(copy, manifest.id), { recursive: true });
      const before = await entries();
      await damage();
      await expect(restore(manifest.id, { local: copied() })).rejects.toThrow(message);
      expect(await entries()).toBe(before);
      expect(await machine.databases()).toEqual(['captions', 'postgres']);
      await rm(join(copy, manifest.id), { recursive: true, force: true });
    });

    test.each([
      ['of another target', 'target', 'staging', /it is of staging, not of drill$/],
      ['of another product', 'product', 'other', /it is of the product other$/],
    ] as const)('%s', async (_, field, value, message) => {
      await cp(join(folder, manifest.id), join(copy, manifest.id), { recursive: true });
      await writeFile(file(manifestName), JSON.stringify({ ...manifest, [field]: value }));
      const before = await entries();
      await expect(restore(manifest.id, { local: copied() })).rejects.toThrow(message);
      expect(await entries()).toBe(before);
      await rm(join(copy, manifest.id), { recursive: true, force: true });
    });

    test.each([
      ['another key', async () => generateIdentity(), /the set is encrypted to another key/],
      ['no key', async () => undefined, /is encrypted to age1/],
      ['a text that is no key', async () => 'secret', /no private key of age/],
    ])('with %s', async (_, other, message) => {
      const before = await entries();
      await expect(restore(manifest.id, { identity: await other() })).rejects.toThrow(message);
      expect(await entries()).toBe(before);
      expect(await machine.databases()).toEqual(['captions', 'postgres']);
    });
  });

  test('drops the databases that killed backups and restores left a day ago, and no others', async () => {
    const time = (hours: number) => setIdOf(new Date(Date.now() - hours * 3_600_000));
    const old = [`captions_check_${time(25)}`, `captions_restore_${time(25)}`];
    const others = [`captions_check_${time(2)}`, `captions_before_${time(50)}_7`, 'captions_check_mine', `other_check_${time(50)}`];
    for (const name of [...old, ...others]) await machine.query(`create database ${name}`);
    const sets = mkdtempSync(join(tmpdir(), 'leyenda-sets-'));
    await backUp({ local: localSets(sets) });
    expect(await machine.databases()).toEqual(['captions', 'postgres', ...others].sort());
    for (const name of others) await machine.query(`drop database ${name}`);
    rmSync(sets, { recursive: true });
  });

  test('whose scratch database cannot be dropped fails with its cause', async () => {
    const programs = target();
    const full = async () => Promise.reject(new Error('the disk is full'));
    const drop = async () => Promise.reject(new Error('the server is gone'));
    const broken = { ...programs, database: { ...programs.database, load: full, drop } };
    const options = { local, remote: undefined, recipient, retention: { days: 30, sets: 7 }, signal, step };
    await expect(takeBackup(broken, options)).rejects.toThrow('the disk is full');
  });

  test('that is interrupted while the dump is loaded leaves the data and no database', async () => {
    const stopping = new AbortController();
    const programs = target();
    const load = async (...args: Parameters<typeof programs.database.load>) => {
      stopping.abort();
      return programs.database.load(...args);
    };
    const options = { local, remote: undefined, identity, signal: stopping.signal, step };
    const restoring = loadSet({ ...programs, database: { ...programs.database, load } }, manifest.id, options);
    await expect(restoring).rejects.toThrow('interrupted: the data is unchanged');
    expect(await machine.databases()).toEqual(['captions', 'postgres']);
  });

  test('is restored by an owner whose session is not the only one: it ends those that it may, and waits for those of a superuser', async () => {
    await machine.query(`create role owner login createdb password 'secret'`);
    await machine.query('create database owned owner owner');
    const as = (user: string) => {
      const url = new URL(machine.url);
      url.pathname = '/owned';
      if (user === 'owner') [url.username, url.password] = ['owner', 'secret'];
      return url.href;
    };
    const [mine, superuser] = [new Client(as('owner')), new Client(as('superuser'))];
    mine.on('error', () => {});
    const ended = new Promise<void>((resolve) => void mine.once('end', resolve));
    await mine.connect();
    await superuser.connect();
    await mine.query('create table rows as select 1 as value');
    const { database } = hostTarget({ ...machine.env, DATABASE_URL: as('owner') }, { name: 'drill', url: undefined, signal });
    await machine.query('create database owned_restore owner owner');
    const swapping = database.swap('owned_restore', 'owned_before');
    await ended;
    await superuser.end();
    expect(await swapping).toBe(true);
    expect(await machine.databases()).toEqual(['captions', 'owned', 'owned_before', 'postgres']);
    for (const name of ['owned', 'owned_before']) await machine.query(`drop database ${name}`);
  });

  test('is not restored under a service that runs and needs other migrations', async () => {
    await machine.query('create database older template captions');
    const url = new URL(machine.url);
    url.pathname = '/older';
    const older = new Client(url.href);
    await older.connect();
    await older.query(`delete from kysely_migration where name = '0015-backups'`);
    await older.end();
    const running = hostTarget({ ...machine.env, DATABASE_URL: url.href }, { name: 'host', url: 'http://localhost:1', signal });
    await expect(running.start?.()).rejects.toThrow('the restored database has no migration 0015-backups');
    await machine.query('drop database older');
  });

  test('is restored into a database whose name is that of the maintenance database', async () => {
    const url = new URL(machine.url);
    url.pathname = '/postgres';
    const { database } = hostTarget({ ...machine.env, DATABASE_URL: url.href }, { name: 'drill', url: undefined, signal });
    await machine.query('create database next');
    expect(await database.swap('next', 'postgres_before')).toBe(true);
    await machine.query('drop database postgres_before');
    expect(await machine.query('select datname from pg_database where not datistemplate order by 1')).toEqual([
      { datname: 'captions' },
      { datname: 'postgres' },
    ]);
  });

  test('that fails leaves no set, and the former ones', async () => {
    const path = mkdtempSync(join(tmpdir(), 'leyenda-programs-'));
    const programs = target();
    const broken = { ...programs, database: { ...programs.database, load: async () => Promise.reject(new Error('the disk is full')) } };
    await expect(
      takeBackup(broken, { local, remote: undefined, recipient, retention: { days: 0, sets: 1 }, signal, step }),
    ).rejects.toThrow('the disk is full');
    expect(await local.list()).toEqual([{ id: manifest.id, isComplete: true }]);
    expect(await machine.databases()).toEqual(['captions', 'postgres']);
    rmSync(path, { recursive: true });
  });

  test('of another key or content replaces the running data, and the former database is kept', async () => {
    await machine.query('delete from batch_items');
    const { former } = await restore(manifest.id);
    expect(Number((await machine.query<{ count: string }>('select count(*) from batch_items'))[0]?.count)).toBe(1000);
    expect(await machine.databases()).toEqual(['captions', former, 'postgres'].sort());
  });

  test('whose service is not healthy afterwards is replaced by the former database again', async () => {
    await machine.query('delete from batch_items');
    const unhealthy = { ...target(), start: async () => Promise.reject(new Error('/health returns 503')) };
    await expect(restoreBackup(unhealthy, manifest.id, { local, remote: undefined, identity, signal, step })).rejects.toThrow(
      '/health returns 503',
    );
    expect(Number((await machine.query<{ count: string }>('select count(*) from batch_items'))[0]?.count)).toBe(0);
  });

  test('restores on an empty machine: every row of every table, and exported files', async () => {
    const sets = mkdtempSync(join(tmpdir(), 'leyenda-sets-'));
    const last = await backUp({ local: localSets(sets), remote });
    const files = await readdir(machine.exports);
    const destroyed = performance.now();
    const snapshotAge = (Date.now() - Date.parse(last.snapshot_at)) / 1000;
    await machine.server.remove();
    rmSync(machine.exports, { recursive: true });
    if (remote !== undefined) rmSync(sets, { recursive: true });
    const fresh = await startPostgres();
    if (fresh === undefined) throw new Error('PostgreSQL does not start');
    machine = machineOn(fresh);
    const restored = await restoreBackup(target(), last.id, { local: localSets(sets), remote, identity, signal, step });
    process.stderr.write(`RPO ${snapshotAge} s, RTO ${seconds(destroyed)} s with a new PostgreSQL: ${restored.rows} rows\n`);
    expect(restored.former).toBeUndefined();
    const again = await takeBackup(target(), {
      local: localSets(sets),
      remote: undefined,
      recipient: 'none',
      retention: { days: 30, sets: 7 },
      signal,
      step,
    });
    expect(again.tables).toEqual(last.tables);
    expect(await readdir(machine.exports)).toEqual(files.filter((name) => !name.endsWith('.part')));
    expect(readFileSync(join(machine.exports, 'file-7.csv'), 'utf8')).toBe('row 7\n'.repeat(1000));
    rmSync(sets, { recursive: true });
  });
});
