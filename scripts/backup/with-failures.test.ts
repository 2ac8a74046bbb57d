import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { valueIn } from '../../service/backup/environment.ts';
import { localSets } from '../../service/backup/set-store.ts';
import { StorageError } from '../../service/objects/errors.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { asUsage } from './set-up.ts';
import { withFailures } from './with-failures.ts';

const folder = mkdtempSync(join(tmpdir(), 'leyenda-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('A bucket that is down and a folder that cannot be created fail the command, with a remedy', async () => {
  const down = withFailures(() => Promise.reject(new StorageError('The object store cannot be reached')));
  await expect(down).rejects.toMatchObject({ exitCode: exitCodes.failed, remedy: expect.stringContaining('S3_') });
  writeFileSync(join(folder, 'file'), '');
  const below = withFailures(() => localSets(join(folder, 'file/backups')).create('20240729_120000'));
  await expect(below).rejects.toMatchObject({ exitCode: exitCodes.failed, message: expect.stringContaining('ENOTDIR') });
});

test('A variable whose file does not exist is a usage error', () => {
  const read = () => asUsage(() => valueIn({ BACKUP_IDENTITY_FILE: join(folder, 'missing') }, 'BACKUP_IDENTITY'));
  expect(read).toThrow(expect.objectContaining({ exitCode: exitCodes.usage, message: expect.stringContaining('ENOENT') }));
});

test('A defect of the program stays one', async () => {
  await expect(withFailures(() => Promise.reject(new TypeError('x is not a function')))).rejects.toBeInstanceOf(TypeError);
});
