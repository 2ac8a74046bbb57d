import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { overlay } from './environments.ts';
import { run } from './programs.ts';

/** The repository of the fake GitHub. */
export const repository = 'example/captions';

const crash = `
// Added by a rehearsal: a bug that only shows on a cluster.
if (process.env.KUBERNETES_SERVICE_HOST !== undefined && process.env.ROLE !== 'migrate') throw new Error('cannot read the price list');
`;

interface RehearsedCommit {
  /** Folder of the repository. */
  readonly folder: string;
  readonly sha: string;
}

/**
 * Clones HEAD into the folder of the rehearsal.
 * @param bad adds a commit whose service passes the tests and crashes in a pod
 */
export async function createCommit(state: string, source: string, { bad }: { readonly bad: boolean }): Promise<RehearsedCommit> {
  const folder = join(state, 'repository');
  const git = (...args: readonly string[]) => run('git', ['-C', folder, ...args]);
  await run('git', ['clone', '--quiet', source, folder]);
  await git('checkout', '--quiet', '-B', 'main', 'HEAD');
  await git('remote', 'set-url', 'origin', `https://github.com/${repository}.git`);
  if (bad) {
    const file = join(folder, 'service/start.ts');
    await writeFile(file, (await readFile(file, 'utf8')) + crash);
    const author = ['-c', 'user.name=Rehearsal', '-c', 'user.email=rehearsal@example.com'];
    await git(...author, 'commit', '--quiet', '--all', '--no-verify', '--message', 'feat: read the price list');
  }
  await writeOverlay(join(state, 'overlay'));
  await adaptToAct(join(folder, '.github/workflows'));
  return { folder, sha: (await git('rev-parse', 'HEAD')).trim() };
}

/** act rejects a property that it does not know. Only the files that act reads are changed, not those of the commit. */
async function adaptToAct(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(/^ +deployment: false\n/gm, ''));
  }
}

async function writeOverlay(folder: string): Promise<void> {
  for (const [file, content] of Object.entries(overlay)) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
}
