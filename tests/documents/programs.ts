import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

function isOnPath(name: string): boolean {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Whether all programs are installed; if not, prints the reason on standard error. */
export function findPrograms(...names: readonly string[]): boolean {
  const missing = names.filter((name) => !isOnPath(name));
  if (missing.length > 0) console.error(`skipped: install ${missing.join(', ')}`);
  return missing.length === 0;
}
