import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../../services/servers.ts';

const run = promisify(execFile);
const portkey = '@portkey-ai/gateway@1.15.2';
const requirements = join(import.meta.dirname, 'requirements.txt');

/** Installs the peers into a folder unless it has these versions. Returns why it failed, or undefined. */
export async function installPeers(folder: string): Promise<string | undefined> {
  const python = findOnPath('python3');
  if (python === undefined) return 'python3 is not installed';
  const [versions, marker] = [`${portkey}\n${await readFile(requirements, 'utf8')}`, join(folder, 'versions')];
  if ((await readFile(marker, 'utf8').catch(() => '')) === versions) return undefined;
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'package.json'), '{"private":true}');
    await run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', portkey]);
    await run(python, ['-m', 'venv', join(folder, 'venv')]);
    await run(join(folder, 'venv/bin/pip'), ['install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  } catch (error) {
    return `installation failed: ${String(error).split('\n')[0]}`;
  }
  await writeFile(marker, versions);
  return undefined;
}
