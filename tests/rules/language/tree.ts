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
