import { execFile } from 'node:child_process';
import { access, cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type Client, npmPackages } from './clients.ts';

const run = promisify(execFile);
/** Kept between runs: an install takes minutes. */
const folder = process.env.CLIENTS_FOLDER ?? join(tmpdir(), 'leyenda-clients');

/** Installs once per list of packages. */
async function installOnce(name: string, packages: readonly string[], install: (target: string) => Promise<unknown>): Promise<string> {
  const [target, wanted] = [join(folder, name), packages.join(' ')];
  const marker = join(target, 'installed');
  if ((await readFile(marker, 'utf8').catch(() => '')) === wanted) return target;
  await mkdir(target, { recursive: true });
  await install(target);
  await writeFile(marker, wanted);
  return target;
}

async function installNpm(): Promise<string> {
  const options = ['--ignore-scripts', '--save-exact', '--no-audit', '--no-fund', '--loglevel=error'];
  return installOnce('npm', npmPackages, async (target) => {
    await writeFile(join(target, 'package.json'), '{ "private": true }');
    // esbuild's own script only checks its binary, which is a package of its own.
    await run('npm', ['install', ...options, '--prefix', target, ...npmPackages]);
  });
}

const installPython = (name: string, packages: readonly string[]) =>
  installOnce(name, packages, (target) =>
    run('python3', ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--upgrade', '--target', target, ...packages]),
  );

const browsers = ['chromium', 'chromium-browser', 'google-chrome'];
async function findBrowser(): Promise<string> {
  for (const path of (process.env.PATH ?? '').split(delimiter).flatMap((entry) => browsers.map((name) => join(entry, name)))) {
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  throw new Error(`none of ${browsers.join(', ')} is installed`);
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Installs a client. @returns the command that prints its results @throws if the client, or what runs it, cannot be installed */
export async function install({ name, language, packages, program }: Client): Promise<Command> {
  if (language === 'Python') {
    const target = await installPython(name, packages);
    return {
      file: 'python3',
      args: [join(import.meta.dirname, 'features', program)],
      env: { PYTHONPATH: `${target}${delimiter}${import.meta.dirname}` },
    };
  }
  const target = await installNpm();
  // Node looks for packages next to the program.
  for (const part of ['connect', 'features']) await cp(join(import.meta.dirname, part), join(target, part), { recursive: true });
  const env = language === 'browser' ? { LEYENDA_BROWSER: await findBrowser() } : {};
  return { file: process.execPath, args: [join(target, 'features', program)], env };
}
