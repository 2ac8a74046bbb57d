import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { names } from '../../contract/product.ts';
import { workloadRoles } from '../../contract/roles.ts';
import { localDatabase } from '../../manifests/constructs/local-database.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { callClient, startClient } from './client.ts';
import { getJson, type Images, kubectl, leyenda, namespace, run, setup } from './cluster.ts';
import { readyPod, readyPods } from './components.ts';
import { printLedger, record, seconds, since } from './ledger.ts';
import { givenLocal } from './local-environment.ts';
import { until, whole } from './whole.ts';

const found = setup();
if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else backups(found.images);

async function sql(text: string, database: string = localDatabase.database): Promise<string> {
  const postgres = await readyPod(namespace, 'postgres');
  const psql = ['psql', '-h', '127.0.0.1', '-U', localDatabase.user, '-d', database, '-tAc', text];
  const program = 'PGPASSWORD=$POSTGRES_PASSWORD exec "$@"';
  return (await kubectl(['exec', '-n', namespace, postgres.metadata.name, '--', 'bash', '-c', program, '-', ...psql])).trim();
}
const databases = async () => (await sql('select datname from pg_database where not datistemplate order by 1', 'postgres')).split('\n');
const batches = async () => Number(await sql('select count(*) from batches'));
/** A batch of ten captions by the worker. */
async function finishedBatch(): Promise<void> {
  const { status, body } = await callClient('batch', '10');
  expect(status).toBe(202);
  const progress = async () => (await callClient('progress', body.id)).body;
  expect(await until(progress, ({ status: now }) => now === 'done' || now === 'failed', 60)).toMatchObject({ status: 'done' });
}
async function finishedExport(): Promise<string> {
  const { body } = await callClient('send', 'POST', '/api/v1/export', JSON.stringify({ kind: 'csv', dataset: 'articles' }));
  const path = `/api/v1/export/${JSON.parse(body).id}`;
  const state = async () => JSON.parse((await callClient('send', 'GET', path)).body).state;
  expect(await until(state, (now) => now === 'succeeded' || now === 'failed', 60)).toBe('succeeded');
  return path;
}
const replicas = async () => {
  const { items } = await getJson('deployments', '-n', namespace);
  return Object.fromEntries(items.map(({ metadata, spec }: { metadata: { name: string }; spec: object }) => [metadata.name, spec]));
};
const uids = async () =>
  (await Promise.all(workloadRoles.map((role) => readyPods(namespace, role)))).flat().map(({ metadata }) => metadata.uid);
/** With the rights of an administrator, who may create Secrets. */
const asAdmin = (...args: string[]) => run('node', ['scripts/leyenda.js', ...args]);

function backups(images: Images) {
  beforeAll(async () => {
    record('what', 'verdict', 'figures');
    await givenLocal(images.one);
    await whole(180);
    await startClient(images.one);
  }, 400_000);
  afterAll(() => printLedger());

  describe('The data of the local environment', () => {
    let set: string;
    let saved: number;
    let file: string;

    test('is saved by a Job with the rights of the deployer, while the roles serve', async () => {
      await finishedBatch();
      file = await finishedExport();
      saved = await batches();
      const before = await uids();
      const startMs = Date.now();
      const { code, stdout, stderr } = await leyenda('backup', 'local', '--json');
      expect({ code, stderr: code === exitCodes.ok ? '' : stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
      const { manifest } = JSON.parse(stdout);
      set = manifest.id;
      expect(manifest.tables.find(({ name }: { name: string }) => name === 'public.batches')).toMatchObject({ rows: saved });
      expect(await uids()).toEqual(before);
      expect(await databases()).toEqual([localDatabase.database, 'postgres']);
      record('leyenda backup local', 'verified', seconds(since(startMs)));
    }, 240_000);

    test('stays as it is when a set is missing, and no role is stopped', async () => {
      const before = await uids();
      const { code, stderr } = await leyenda('restore', 'local', '20240729_120000');
      expect({ code, stderr }).toEqual({ code: exitCodes.failed, stderr: expect.stringContaining('there is no set 20240729_120000') });
      expect(await uids()).toEqual(before);
      record('leyenda restore local of a missing set', 'rejected', 'the same pods');
    }, 120_000);

    test('is that of the set after a restore, with all roles and exported files', async () => {
      await finishedBatch();
      await callClient('send', 'DELETE', file);
      expect(await batches()).toBe(saved + 1);
      const [before, startMs] = [await replicas(), Date.now()];
      const { code, stdout, stderr } = await leyenda('restore', 'local', set, '--json');
      expect({ code, stderr: code === exitCodes.ok ? '' : stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
      record('leyenda restore local', 'healthy', seconds(since(startMs)));
      await whole(120);
      expect(await batches()).toBe(saved);
      expect(await databases()).toEqual([localDatabase.database, JSON.parse(stdout).former, 'postgres'].sort());
      expect((await callClient('send', 'GET', `${file}/file`)).status).toBe(200);
      expect((await callClient('caption')).status).toBe(200);
      await finishedBatch();
      expect(Object.keys(await replicas())).toEqual(Object.keys(before));
      const annotated = await kubectl(['get', 'deployments', '-n', namespace, '-o', 'yaml']);
      expect(annotated).not.toContain('replicas-before-restore');
      expect((await leyenda('drift', 'local')).stdout).toContain('no drift');
    }, 500_000);

    test('that is encrypted is restored with its key only', async () => {
      const [identity, other] = [await generateIdentity(), await generateIdentity()];
      const folder = mkdtempSync(join(tmpdir(), 'leyenda-e2e-keys-'));
      const path = (name: string) => join(folder, name);
      writeFileSync(path('right'), identity);
      writeFileSync(path('wrong'), other);
      const variable = (recipient: string) =>
        kubectl(['set', 'env', '-n', namespace, `cronjob/${names.backup}`, `BACKUP_RECIPIENT=${recipient}`]);
      await variable(await identityToRecipient(identity));
      const backedUp = await leyenda('backup', 'local', '--json');
      await variable('none');
      expect(backedUp.code).toBe(exitCodes.ok);
      const { id } = JSON.parse(backedUp.stdout).manifest;
      const before = await uids();
      const wrong = await asAdmin('restore', 'local', id, '--identity', path('wrong'));
      expect(wrong).toMatchObject({ code: exitCodes.failed, stderr: expect.stringContaining('encrypted to another key') });
      expect(await uids()).toEqual(before);
      const right = await asAdmin('restore', 'local', id, '--identity', path('right'));
      expect({ code: right.code, stderr: right.code === exitCodes.ok ? '' : right.stderr }).toEqual({ code: exitCodes.ok, stderr: '' });
      const secrets = await until(
        () => kubectl(['get', 'secrets,jobs', '-n', namespace, '-o', 'name']),
        (text) => !/backup-(?:load|unpack)/.test(text),
        60,
      );
      expect(secrets).not.toMatch(/backup-(?:load|unpack)/);
      record('an encrypted set: the wrong key, then the right one', 'rejected, then restored', '-');
    }, 600_000);
  });
}
