import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnService } from '../../service/testing/process.ts';
import { killDuringWrites } from '../kill/kill.ts';

describe('SIGKILL of a service on an embedded folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'leyenda-kill-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('during writes loses no acknowledged write, even if other processes start on the folder', async () => {
    const { acknowledged, lost, lockedOut } = await killDuringWrites({ folder, kills: 4, racing: 2 });
    expect(lost).toEqual([]);
    expect(acknowledged).toBeGreaterThanOrEqual(16);
    // Of two processes on one folder, one serves.
    expect(lockedOut).toBe(2);
  });

  test('while the first password is printed leaves a valid one: that one, or the one of the next start', async () => {
    const first = spawnService({ LEYENDA_DATA_DIR: folder });
    const shown = [await first.printed(/Password +(\S+)/)];
    await first.end();
    const next = spawnService({ LEYENDA_DATA_DIR: folder });
    const url = await next.url();
    const again = /Password +(\S+)/.exec(next.output())?.[1];
    const headers = { 'Content-Type': 'application/json' };
    const body = JSON.stringify({ username: 'admin', password: again ?? shown[0] });
    expect((await fetch(`${url}/auth/login`, { method: 'POST', headers, body })).status).toBe(200);
    await next.end();
  });
});
