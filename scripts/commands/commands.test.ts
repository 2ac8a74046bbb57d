import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { CommandName } from '../cli/exit-codes.ts';
import { assertDigest } from '../cli/image.ts';
import { createOutput } from '../cli/output.ts';
import { revisionOf } from './rollback.ts';
import { synthCommand } from './synth.ts';
import { workflowsCommand } from './workflows.ts';

const image = `ghcr.io/example/app@sha256:${'a'.repeat(64)}`;
function context(command: CommandName) {
  const written: string[] = [];
  const streams = { stdout: { write: (text: string) => written.push(text) }, stderr: { write: () => true }, terminal: false };
  return { written, context: { out: createOutput(streams, command, true), signal: new AbortController().signal, env: {} } };
}

describe('an image', () => {
  test('by digest is taken', () => expect(assertDigest(image)).toBe(image));
  test.each(['app:1', 'app@sha256:abc', `app:1 @sha256:${'a'.repeat(64)}`, ''])('%p is refused: it may move', (text) => {
    expect(() => assertDigest(text)).toThrow('not named by digest');
  });
});

describe('a revision to bring back', () => {
  test('is a number, or the previous one', () => expect([revisionOf('12'), revisionOf('previous')]).toEqual([12, undefined]));
  test.each(['0', '-1', '1.5', 'latest'])('%p is none', (text) => expect(() => revisionOf(text)).toThrow(`${text} is no revision`));
});

test('synth writes the manifests of one environment with the image, and tells which files', async () => {
  const out = await mkdtemp(join(tmpdir(), 'leyenda-'));
  const { context: given, written } = context('synth');
  const code = await synthCommand({ args: { environment: 'staging' }, flags: { image, out, json: true } }, given);
  const printed: unknown = JSON.parse(written.join(''));
  expect(code).toBe(0);
  expect(printed).toMatchObject({
    files: expect.arrayContaining([{ file: join(out, 'staging/service.yaml'), objects: expect.any(Number) }]),
  });
  expect(await readFile(join(out, 'staging/service.yaml'), 'utf8')).toContain(image);
});

test('nobody has anything against the committed workflow files', async () => {
  const { context: given, written } = context('workflows');
  const code = await workflowsCommand({ args: { action: 'check' }, flags: { json: true } }, given);
  expect({ code, printed: JSON.parse(written.join('')) as unknown }).toEqual({
    code: 0,
    printed: {
      schema: 'leyenda/workflows/v1',
      findings: [],
      checkers: {
        rules: 'nothing found',
        actionlint: expect.stringMatching(/^(nothing found|skipped, not on PATH)$/),
        "GitHub's language service": 'nothing found',
      },
    },
  });
});
