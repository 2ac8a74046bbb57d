/** Writes every generated document: `npm run docs`. A test proves the committed ones fresh. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './index.ts';

const root = join(import.meta.dirname, '..', '..');
for (const [path, render] of Object.entries(documents)) writeFileSync(join(root, path), render());
