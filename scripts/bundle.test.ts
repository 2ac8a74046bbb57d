import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bundleReleaseTool } from './bundle-release-tool.ts';
import { exitCodes } from './cli/exit-codes.ts';

describe('The bundled release tool, alone in a folder as in a deploy job', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-bundle-'));
  beforeAll(() => bundleReleaseTool(join(folder, 'leyenda.js')));
  afterAll(() => rmSync(folder, { recursive: true }));
  const leyenda = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['leyenda.js', ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, KUBECONFIG: join(folder, 'absent') },
    });

  test('writes the manifests', () => {
    expect(leyenda('synth', 'production')).toMatchObject({ status: exitCodes.ok, stderr: '' });
    expect(readdirSync(join(folder, 'dist', 'production'))).toContain('service.yaml');
  });

  test.each([
    ['history', 'staging'],
    ['drift', 'staging'],
    ['verify', 'staging'],
    ['rollback', 'production', '--', 'previous'],
  ])('reads the kubeconfig: %s %s', (...args) => {
    const { status, stderr } = leyenda(...args);
    expect(stderr).toMatch(/^leyenda: the kubeconfig .* does not exist; set KUBECONFIG/);
    expect(status).toBe(exitCodes.usage);
  });

  test('does not read arguments after -- as flags', () => {
    const { status, stderr } = leyenda('rollback', 'staging', '--', '--help');
    expect({ status, stderr }).toEqual({ status: exitCodes.usage, stderr: expect.stringContaining('does not exist') });
  });

  test('skips the language service, which is not installed, with a note', () => {
    expect(leyenda('workflows', 'check').stdout).toContain("GitHub's language service: skipped, not installed");
  });
});
