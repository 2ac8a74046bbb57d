import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'commands');

/** Loads each file of `scripts/commands` by the name of its command. In the bundle, which has no folder to read, `bundle-release-tool.ts` generates this map. */
export const commandFiles: Readonly<Record<string, () => Promise<object>>> = Object.fromEntries(
  readdirSync(folder)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => [file.replace(/\.ts$/, ''), () => import(join(folder, file))]),
);
