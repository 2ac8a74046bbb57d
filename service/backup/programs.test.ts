import { describe, expect, test } from '@jest/globals';
import { BrokenPipe, ended, programsOf } from './programs.ts';

const start = programsOf(process.env);
const shell = (script: string) => ended('pg_dump', start('sh', ['-c', script]));

describe('A program whose output is not read', () => {
  test.each([
    ['that is ended by the signal', 'kill -PIPE $$'],
    ['that reports the closed socket', "echo 'pg_dump: error: could not write to output file: Connection reset by peer' >&2; exit 1"],
    ['that reports the closed pipe', "echo 'tar: write error: Broken pipe' >&2; exit 2"],
  ])('%s is a consequence', async (_, script) => {
    await expect(shell(script)).rejects.toBeInstanceOf(BrokenPipe);
  });

  test('is a cause if it fails for another reason', async () => {
    const failure = shell("echo 'pg_dump: error: could not receive data from server: Connection reset by peer' >&2; exit 1");
    await expect(failure).rejects.toThrow('pg_dump failed: pg_dump: error: could not receive data from server: Connection reset by peer');
    await expect(failure).rejects.not.toBeInstanceOf(BrokenPipe);
  });
});
