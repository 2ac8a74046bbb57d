import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const root = join(import.meta.dirname, '../..');
/** What programs write; each workspace has its own. */
const written = new Set(['.git', '.leyenda', 'build', 'dist', 'coverage', '.secrets', '.env.production', '.env.staging']);

/** A folder that looks like a clone of this repository; what the blocks write stays in it. */
export function createWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-documents-'));
  for (const name of readdirSync(root)) if (!written.has(name)) symlinkSync(join(root, name), join(folder, name));
  const bin = mkdtempSync(join(tmpdir(), 'leyenda-documents-bin-'));
  writeFileSync(join(bin, 'leyenda'), `#!/bin/sh\nexec node ${join(root, 'scripts/leyenda.ts')} "$@"\n`, { mode: 0o755 });
  // An error status of HTTP is an error of the command, as a reader sees it.
  writeFileSync(join(bin, '.curlrc'), 'silent\nshow-error\nfail-with-body\n');
  const path = [bin, join(root, 'node_modules/.bin'), process.env.PATH ?? '', '/usr/sbin'].join(delimiter);
  return {
    folder,
    env: { PATH: path, HOME: bin, CURL_HOME: bin, HOST: '127.0.0.1', PORT: '0', GRAPHQL_PORT: '0' },
    remove(): void {
      for (const part of [folder, bin]) rmSync(part, { recursive: true, force: true });
    },
  };
}
