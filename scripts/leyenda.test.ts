import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitCodes } from '../service/contract/cli.ts';

const program = join(import.meta.dirname, 'leyenda.ts');

function leyenda(args: readonly string[], kubeconfig: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: kubeconfig, HOME: '/nowhere' },
  });
  return { status, stdout, stderr };
}

test('leyenda says in one line that no cluster is configured', () => {
  const { status, stdout, stderr } = leyenda(['status', 'local'], '');
  expect({ status, stdout, stderr }).toEqual({
    status: exitCodes.usage,
    stdout: '',
    stderr: 'leyenda: no cluster is configured; set KUBECONFIG to a kubeconfig file\n',
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
