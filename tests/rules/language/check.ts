import { findingsBelow } from './tree.ts';

/** `node tests/rules/language/check.ts [FOLDER or FILE]…` prints what is to be rewritten there. */
const folders = process.argv.slice(2);
const findings = (folders.length === 0 ? [''] : folders).flatMap(findingsBelow);
for (const { path, line, word, use } of findings) process.stdout.write(`${path}:${line} ${word} -> ${use}\n`);
process.exitCode = findings.length === 0 ? 0 : 1;
