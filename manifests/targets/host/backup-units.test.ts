import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { backupService, backupTimer } from './backup-units.ts';

/** systemd checks that the program exists. */
const installedHere = (text: string) => text.replaceAll('/opt/leyenda', process.cwd());
const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test('The timer starts a backup of its instance daily, and makes up for one that was missed', () => {
  expect(backupTimer()).toMatch(/OnCalendar=\*-\*-\* 03:00:00 UTC\n.*\nPersistent=true/);
  expect(backupService()).toContain('ExecStart=/opt/leyenda/node_modules/.bin/node scripts/leyenda.js backup %i\n');
});

(hasSystemd ? test : test.skip)('systemd accepts both units', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-units-'));
  const units = ['service', 'timer'].map((kind) => join(folder, `leyenda-backup@host.${kind}`));
  for (const unit of units) writeFileSync(unit, unit.endsWith('service') ? installedHere(backupService()) : backupTimer());
  expect(() => execFileSync('systemd-analyze', ['verify', '--man=no', ...units], { stdio: 'pipe' })).not.toThrow();
  rmSync(folder, { recursive: true });
});
