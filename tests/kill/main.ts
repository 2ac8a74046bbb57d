/**
 * Checks that SIGKILL during writes loses no acknowledged write, even if other processes start on the folder at the same time.
 * Usage: npm run test:kill [-- KILLS RACING]; exit code 1 if a write was lost.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killDuringWrites } from './kill.ts';

const print = (line: string) => void process.stdout.write(`${line}\n`);
const [kills = 50, racing = 20] = process.argv.slice(2).map(Number);
const folder = await mkdtemp(join(tmpdir(), 'leyenda-kill-'));
const { acknowledged, lost, lockedOut } = await killDuringWrites({ folder, kills, racing, report: print });
await rm(folder, { recursive: true, force: true });
print(`${kills} kills, ${racing} of them racing: ${acknowledged} acknowledged writes, ${lost.length} lost; ${lockedOut} starts locked out`);
process.exitCode = lost.length === 0 ? 0 : 1;
