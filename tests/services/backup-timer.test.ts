import { spawnSync } from 'node:child_process';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backupService, backupTimer } from '../../manifests/targets/host/backup-units.ts';
import { localSets } from '../../service/backup/set-store.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';
import { fillMachine, type Machine, machineOn } from './backup-data.ts';
import { startPostgres } from './servers.ts';
import { startSystemd } from './systemd.ts';

const server = await startPostgres();
const machine: Machine | undefined = server && machineOn(server);
const stamp = 'timers/stamp-leyenda-backup@host.timer';
const variables = {
  ...machine?.env,
  EXPORTS_DIR: '/srv/exports',
  BACKUP_DIR: '/srv/backups',
  BACKUP_RECIPIENT: 'none',
};
const systemd =
  server &&
  (await startSystemd({
    units: {
      'leyenda-backup@.service': backupService(),
      'leyenda-backup@.timer': backupTimer(),
      // The log of the container, and no waiting of up to ten minutes.
      'leyenda-backup@host.service.d/log.conf': '[Service]\nStandardOutput=append:/srv/log\nStandardError=append:/srv/log\n',
      'leyenda-backup@host.timer.d/now.conf': '[Timer]\nRandomizedDelaySec=0\n',
    },
    etc: {
      'leyenda/backup.env': Object.entries(variables)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    },
    state: { [stamp]: '' },
  }));
afterAll(async () => {
  await systemd?.end();
  await server?.remove();
});

(systemd === undefined ? describe.skip : describe)('The timer of backups on a host', () => {
  beforeAll(async () => {
    if (machine) await fillMachine(machine);
  });

  test('is due every day at three', () => {
    const { status, stdout } = spawnSync('systemd-analyze', ['calendar', '*-*-* 03:00:00 UTC'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/Normalized form: \*-\*-\* 03:00:00 UTC/)]);
    expect(backupTimer()).toContain('OnCalendar=*-*-* 03:00:00 UTC\n');
  });

  test('makes up for a run that was missed: its service makes a verified set', async () => {
    if (systemd === undefined) return;
    const { systemctl, folder } = systemd;
    const old = new Date('2024-07-29T03:00:00Z');
    utimesSync(join(folder, 'state', stamp), old, old);
    await systemctl('start', 'leyenda-backup@host.timer');
    const state = () =>
      systemctl('show', 'leyenda-backup@host.service', '--property=ActiveState,Result,ExecMainStatus,ExecMainExitTimestamp');
    const ended = await waitUntil(state, (text) => /ExecMainExitTimestamp=\w/.test(text) && /ActiveState=(?:inactive|failed)/.test(text));
    expect(`${ended}${readFileSync(join(folder, 'log'), 'utf8')}`).toMatch(/Result=success\n/);
    const sets = localSets(join(folder, 'backups', 'host'));
    const [set] = await sets.list();
    expect(set?.isComplete).toBe(true);
    await expect(sets.verify(await sets.manifest(set?.id ?? ''))).resolves.toBeUndefined();
    expect(await machine?.query('select id from backups')).toEqual([{ id: set?.id }]);
    expect(await systemctl('list-timers', '--no-pager')).toMatch(/03:00:00 UTC.*leyenda-backup@host\.timer/);
  });
});
