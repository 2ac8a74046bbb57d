import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Puts all temporary folders of a run into one, which is removed at its end. Short: the path of a Unix socket has 107 characters at most. */
export default function createTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-test-'));
  // PostgreSQL has its own account if root runs the tests.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
}
