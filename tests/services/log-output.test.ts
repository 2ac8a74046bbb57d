import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';

const program = join(import.meta.dirname, 'programs', 'log-lines.ts');
const line = z.object({ level: z.string(), number: z.int().optional(), pid: z.int().optional() });

/** The lines that a shell command writes to one pipe. */
async function linesOf(script: string) {
  const output = await promisify(execFile)('sh', ['-c', script, 'sh', process.execPath, program], { maxBuffer: 2 ** 26 }).catch(
    (error: { stdout: string }) => error,
  );
  return output.stdout
    .trimEnd()
    .split('\n')
    .map((text) => line.parse(JSON.parse(text)));
}
const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe('The log on standard output', () => {
  test.each(['exit', 'uncaught'])('is complete and in order when the process ends with %s', async (end) => {
    const lines = await linesOf(`"$1" "$2" ${end}`);
    expect(lines.map(({ number }) => number)).toEqual(upTo(1000));
  });

  test('has an error and everything before it when the process is killed after it', async () => {
    const lines = await linesOf('"$1" "$2" kill');
    expect(lines.at(-1)).toEqual({ level: 'error' });
    expect(lines.slice(0, -1).map(({ number }) => number)).toEqual(upTo(1000));
  });

  test('has whole lines when several processes write to one pipe', async () => {
    const start = '"$1" "$2" exit 2000 &';
    const lines = await linesOf(`${start} ${start} ${start} wait`);
    const processes = Map.groupBy(lines, ({ pid }) => pid);
    expect([...processes.values()].map((own) => own.map(({ number }) => number))).toEqual(Array(3).fill(upTo(2000)));
  });
});
