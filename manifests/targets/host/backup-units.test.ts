import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { backupService, backupTimer } from './backup-units.ts';

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test('The timer starts a backup of its instance daily, and makes up for one that was missed', () => {
  expect(backupTimer()).toMatch(/OnCalendar=\*-\*-\* 03:00:00 UTC\n.*\nPersistent=true/);
  expect(backupService()).toContain('ExecStart=/usr/bin/env npx leyenda backup %i\n');
});

(hasSystemd ? test : test.skip)('systemd accepts both units', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-units-'));
  const units = ['service', 'timer'].map((kind) => join(folder, `leyenda-backup@host.${kind}`));
  for (const unit of units) writeFileSync(unit, unit.endsWith('service') ? backupService() : backupTimer());
  expect(() => execFileSync('systemd-analyze', ['verify', '--man=no', ...units], { stdio: 'pipe' })).not.toThrow();
  rmSync(folder, { recursive: true });
});
