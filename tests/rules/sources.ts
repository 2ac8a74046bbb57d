import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** The repository's root folder. */
export const root = join(import.meta.dirname, '..', '..');

const skipped = new Set(['node_modules', 'dist', 'build', '.git', '.leyenda', 'coverage']);

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path);
    else yield relative(root, path);
  }
}

/** Every file of the working tree by its path from the root, generated folders left out. */
export function files(): string[] {
  return [...walk(root)].sort();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

const importPattern = /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Module names that a TypeScript text imports, statically or dynamically. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(importPattern)].flatMap((match) => match[1] ?? match[2] ?? []);
}
