import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { exitCodes } from '../service/contract/cli.ts';

const program = join(import.meta.dirname, 'leyenda.ts');

function leyenda(args: readonly string[], kubeconfig: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  return { status, stdout, stderr };
}

describe('leyenda, where the kubeconfig is of no use, says so in one line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-'));
  const empty = join(folder, 'empty');
  const broken = join(folder, 'broken');
  writeFileSync(empty, 'apiVersion: v1\nkind: Config\n');
  writeFileSync(broken, 'clusters: {');

  test.each([
    ['it is not there', join(folder, 'absent'), /cannot be read.*set KUBECONFIG/],
    ['it is not YAML', broken, /cannot be read.*set KUBECONFIG/],
    ['it names no cluster', empty, /no cluster is named.*set KUBECONFIG/],
  ])('%s', (_, kubeconfig, line) => {
    const { status, stdout, stderr } = leyenda(['status', 'local'], kubeconfig);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect({ status, stdout }).toEqual({ status: exitCodes.usage, stdout: '' });
  });
});

test('leyenda refuses what it does not know with the exit code for usage', () => {
  expect(leyenda(['deploy', 'moon'], '').status).toBe(exitCodes.usage);
  expect(leyenda(['deploy', 'local', '--imge', 'x'], '').status).toBe(exitCodes.usage);
});

test('leyenda ends quietly when nobody reads on', () => {
  // The reader is gone before a word is written.
  const script = '"$0" "$1" synth --help | true; exit $PIPESTATUS';
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: exitCodes.ok, stderr: '' });
});
