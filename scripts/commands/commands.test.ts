import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exitCodes } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { runLeyenda } from '../run-leyenda.ts';
import { parseRevision } from './rollback.ts';

const image = `ghcr.io/example/app@sha256:${'a'.repeat(64)}`;

/** Runs a command with `--json`. */
async function leyenda(...argv: readonly string[]) {
  let stdout = '';
  const streams = { stdout: { write: (text: string) => (stdout += text) }, stderr: { write: () => true }, terminal: false };
  const code = await runLeyenda([...argv, '--json'], streams, { signal: new AbortController().signal, env: {} });
  const printed: unknown = JSON.parse(stdout);
  return { code, printed };
}

describe('assertDigest', () => {
  test('returns an image by digest', () => expect(assertDigest(image)).toBe(image));
  test.each(['app:1', 'app@sha256:abc', `app:1 @sha256:${'a'.repeat(64)}`, ''])('throws for %p, which may move', (text) => {
    expect(() => assertDigest(text)).toThrow('is not a digest reference');
  });
});

describe('parseRevision', () => {
  test('accepts a number and previous', () => expect([parseRevision('12'), parseRevision('previous')]).toEqual([12, undefined]));
  test.each(['0', '-1', '1.5', 'latest'])('throws for %p', (text) => {
    expect(() => parseRevision(text)).toThrow(`${text} is not a revision`);
  });
});

test('synth writes the manifests of one environment with the image, and prints the files', async () => {
  const out = await mkdtemp(join(tmpdir(), 'leyenda-'));
  const { code, printed } = await leyenda('synth', 'staging', '--image', image, '--out', out);
  expect(code).toBe(exitCodes.ok);
  expect(printed).toMatchObject({
    files: expect.arrayContaining([{ file: join(out, 'staging/service.yaml'), objects: expect.any(Number) }]),
  });
  expect(await readFile(join(out, 'staging/service.yaml'), 'utf8')).toContain(image);
});

test('workflows check has no findings in the committed workflow files', async () => {
  expect(await leyenda('workflows', 'check')).toEqual({
    code: exitCodes.ok,
    printed: {
      schema: 'leyenda/workflows/v1',
      findings: [],
      checkers: {
        rules: 'no findings',
        actionlint: expect.stringMatching(/^(no findings|skipped, not on PATH)$/),
        "GitHub's language service": 'no findings',
      },
    },
  });
});
