import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { files, read } from '../sources.ts';
import { type Finding, findingsIn } from './findings.ts';
import { foreign } from './words.ts';

const isText = (path: string) => /\.(?:ts|mjs|md|sh|go)$|^(?:\.ci|scripts|tests|service)\/(?:.*\/)?[^./]+$/.test(path);

/** Findings in the files below a folder, or in one file. */
export function findingsBelow(folder: string): Finding[] {
  const inside = (path: string) => folder === '' || path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`);
  return files()
    .filter((path) => inside(path) && isText(path) && !foreign.some((prefix) => path.startsWith(prefix)))
    .flatMap((path) => findingsIn(path, read(path)));
}

const pendingFolder = join(import.meta.dirname, 'pending');

/** Whether a file's folder is still to be rewritten: `pending/` has an empty file for each, named by its path with + for /, and .+ for the files of a folder itself. */
export function isPending(path: string): boolean {
  return readdirSync(pendingFolder).some((name) => {
    const folder = name.replaceAll('+', '/');
    return folder.startsWith('./') ? dirname(path) === folder.slice(2) : path.startsWith(`${folder}/`);
  });
}
