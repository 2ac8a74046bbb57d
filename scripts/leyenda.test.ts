import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { exitCodes } from './cli/exit-codes.ts';

const program = join(import.meta.dirname, 'leyenda.js');

function leyenda(args: readonly string[], kubeconfig: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: kubeconfig, HOME: '/nowhere' },
  });
  return { status, stdout, stderr };
}

test('leyenda reports in one line that no cluster is configured', () => {
  const { status, stdout, stderr } = leyenda(['status', 'local'], '');
  expect({ status, stdout, stderr }).toEqual({
    status: exitCodes.usage,
    stdout: '',
    stderr: 'leyenda: no cluster is configured; set KUBECONFIG to a kubeconfig file\n',
  });
});

test('leyenda returns the usage exit code for unknown environments and flags', () => {
  expect(leyenda(['deploy', 'moon'], '').status).toBe(exitCodes.usage);
  expect(leyenda(['deploy', 'local', '--imge', 'x'], '').status).toBe(exitCodes.usage);
});

test('leyenda exits silently when the reader closes the pipe', () => {
  // The reader exits before the first write.
  const script = '"$0" "$1" synth --help | true; exit $PIPESTATUS';
  const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, program], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: exitCodes.ok, stderr: '' });
});

/** The modules that a command line loads, without a cluster. */
function modulesOf(...argv: readonly string[]): readonly string[] {
  const hook =
    'import { registerHooks } from "node:module"; import { writeSync } from "node:fs"; registerHooks({ load: (url, context, next) => { writeSync(1, url + "\\n"); return next(url, context); } });';
  const { stdout } = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, program, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, KUBECONFIG: '', HOME: '/nowhere' },
  });
  return stdout.split('\n');
}

test.each(['--help', '--version', 'deploy moon', 'deploy local --image tag', 'diff local --image tag', 'synth local --image tag'])(
  'leyenda %s ends without loading cdk8s',
  (line) => {
    const modules = modulesOf(...line.split(' '));
    expect(modules).toContainEqual(expect.stringContaining('/commander/'));
    expect(modules.filter((url) => /\/node_modules\/(?:cdk8s|constructs)/.test(url))).toEqual([]);
  },
);

test.each(['status', 'history', 'drift', 'verify', 'rollback', 'gc', 'secrets check'])(
  'leyenda %s loads neither the manifests’ constructs nor the models of the Kubernetes client',
  (command) => {
    const modules = modulesOf(...command.split(' '), 'local');
    expect(modules).toContainEqual(expect.stringContaining('/client-node/dist/config.js'));
    expect(modules.filter((url) => /\/node_modules\/(?:cdk8s|constructs|@kubernetes\/client-node\/dist\/gen\/models)/.test(url))).toEqual(
      [],
    );
  },
);
