import { readFileSync } from 'node:fs';
import { fileVariable, isSecret, settingNames } from '../contract/settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Replaces the variables of secret files (`NAME_FILE`) by their secrets. Returns a line for each file that cannot be used, without its
 * content.
 */
export function withSecretFiles(environment: Environment): { readonly environment: Environment; readonly unread: readonly string[] } {
  const values: Record<string, string> = {};
  const unread: string[] = [];
  for (const name of settingNames.filter(isSecret)) {
    const variable = fileVariable(name);
    const path = environment[variable]?.trim();
    if (!path) continue;
    if (environment[name]?.trim()) {
      unread.push(`${variable}: ${name} is set too; keep one of them`);
      continue;
    }
    try {
      values[name] = readFileSync(path, 'utf8');
    } catch (error) {
      unread.push(`${variable}: ${path} cannot be read: ${String(error)}`);
    }
  }
  return { environment: { ...environment, ...values }, unread };
}
