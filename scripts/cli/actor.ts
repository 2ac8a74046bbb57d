import { execFileSync } from 'node:child_process';

/** The name that Git would write into a commit here; undefined if Git is missing or has none. */
export function gitUser(): string | undefined {
  try {
    return (
      execFileSync('git', ['config', 'user.name'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 2000 }).trim() ||
      undefined
    );
  } catch {
    return undefined;
  }
}
