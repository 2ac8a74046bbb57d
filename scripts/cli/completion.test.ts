import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { completionScript } from './completion.ts';
import { loadCommands } from './load-commands.ts';

const commands = await loadCommands();
const folder = mkdtempSync(join(tmpdir(), 'leyenda-'));
const file = (shell: 'bash' | 'zsh' | 'fish') => {
  const path = join(folder, `completion.${shell}`);
  writeFileSync(path, completionScript(shell, commands));
  return path;
};
const has = (shell: string) => spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0;
const bash = file('bash');

/** What bash offers after Tab at the end of each line. */
function offered(lines: readonly (readonly string[])[]): string[][] {
  const script = [
    `source ${bash}`,
    ...lines.map((words) => `COMP_LINE='${words.join(' ')}'; COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); _leyenda; echo "\${COMPREPLY[*]}"`),
  ];
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', script.join('\n')], { encoding: 'utf8', cwd: folder });
  expect(stderr).toBe('');
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').filter((word) => word !== ''));
}

describe('completion in bash', () => {
  test('offers every command', () => {
    expect(offered([['leyenda', '']])).toEqual([[...commands.map(({ name }) => name), '--help', '--version']]);
  });

  test('offers every flag of every command', () => {
    const found = offered(commands.map(({ name }) => ['leyenda', name, '--']));
    expect(found).toEqual(commands.map(({ flags }) => [...Object.keys(flags), 'help'].map((flag) => `--${flag}`)));
  });

  test('offers the choices of every first argument', () => {
    const chosen = commands.filter(({ args }) => Object.values(args)[0]?.choices !== undefined);
    const found = offered(chosen.map(({ name }) => ['leyenda', name, '']));
    expect(found).toEqual(chosen.map(({ args }) => Object.values(args)[0]?.choices));
  });

  test.each([
    ['commands with the prefix', ['dep'], ['deploy']],
    ['the second argument after the first', ['secrets', 'check', 's'], ['staging']],
    ['an argument after a flag with its value', ['deploy', '--image', 'ghcr.io/x@sha256:ab=c', 'st'], ['staging']],
    ['an argument after a flag without one', ['gc', '--dry-run', 'l'], ['local']],
    ['files after a flag that takes a value', ['deploy', 'local', '--evidence', 'completion.b'], ['completion.bash']],
    ['nothing more after the last argument', ['status', 'local', ''], []],
    ['nothing after an unknown command', ['ship', ''], []],
  ])('offers %s', (_what, words, expected) => expect(offered([['leyenda', ...words]])).toEqual([expected]));

  test('is registered for the program', () => {
    const { stdout } = spawnSync('bash', ['--norc', '-c', `source ${bash}; complete -p leyenda`], { encoding: 'utf8' });
    expect(stdout.trim()).toBe('complete -F _leyenda leyenda');
  });
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  test('knows every command and flag', () => {
    const script = completionScript(shell, commands);
    const missing = commands.flatMap(({ name, flags }) =>
      [name, ...Object.keys(flags)].filter((word) => !new RegExp(`[\\s'-]${word}[\\s:)['-]`).test(script)),
    );
    expect(missing).toEqual([]);
  });

  (has(shell) ? test : test.skip)('is a script that the shell parses, if it is installed', () => {
    expect(spawnSync(shell, ['-n', file(shell)], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
