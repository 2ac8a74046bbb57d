import { execFileSync } from 'node:child_process';
import { hostname } from 'node:os';
import type { Context } from './context.ts';

/** Who deploys, for the release record and the holder of the lock: the GitHub user, the local user or the Git user, and the process. */
export function actorOf(env: Context['env']): string {
  const user = env.GITHUB_ACTOR || env.USER || gitUser() || `unknown on ${hostname()}`;
  return `${user} (${env.GITHUB_RUN_ID === undefined ? `process ${process.pid}` : `GitHub run ${env.GITHUB_RUN_ID}`})`;
}

/** `user.name` of Git; undefined if Git is not installed or the name is not set. */
function gitUser(): string | undefined {
  try {
    const name = execFileSync('git', ['config', 'user.name'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 2000 });
    return name.trim() || undefined;
  } catch {
    return undefined;
  }
}
