/** Writes every generated document: `npm run docs`. A test proves the committed ones fresh. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { documents, isProgram } from './index.ts';

const root = join(import.meta.dirname, '..', '..');
for (const [path, render] of Object.entries(documents)) {
  const [target, text] = [join(root, path), render()];
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
  chmodSync(target, isProgram(text) ? 0o755 : 0o644);
}
