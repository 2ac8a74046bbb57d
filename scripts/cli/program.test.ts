import { describe, expect, test } from '@jest/globals';
import { product } from '../../contract/product.ts';
import { environmentNames } from '../../manifests/environments/index.ts';
import { deploy } from '../commands/deploy.ts';
import type { Flag } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { loadCommands } from './load-commands.ts';
import { parseAndRun } from './program.ts';

const commands = await loadCommands();

const cli = (...argv: string[]) => cliOn(undefined, argv);
/** On a terminal of this width; undefined: no terminal. */
async function cliOn(columns: number | undefined, argv: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const calls: { name: string; invocation: unknown }[] = [];
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  const streams = { stdout: stream('stdout'), stderr: stream('stderr'), terminal: false, ...(columns && { columns: () => columns }) };
  const exitCode = await parseAndRun(argv, commands, streams, async ({ name }, invocation) => {
    calls.push({ name, invocation });
    return exitCodes.ok;
  });
  return { exitCode, calls, ...written };
}

describe('the command line', () => {
  test('help shows every command with its summary, and every exit code', async () => {
    const { exitCode, stdout } = await cli('--help');
    expect(exitCode).toBe(exitCodes.ok);
    const text = stdout.replaceAll(/\s+/g, ' ');
    for (const { name, summary } of commands) expect(text).toMatch(new RegExp(`${name} .*${summary.slice(0, 20)}`));
    for (const name of Object.keys(exitCodes)) expect(stdout).toContain(name);
  });

  test.each(commands)('help of $name shows each of its arguments and flags', async ({ name, args, flags }) => {
    const { stdout } = await cli(name, '--help');
    for (const argument of Object.keys(args)) expect(stdout).toContain(argument);
    for (const flag of Object.keys(flags)) expect(stdout).toContain(`--${flag}`);
  });

  test('passes arguments and flags to the handler, with defaults, and numbers as numbers', async () => {
    const { calls } = await cli('deploy', 'staging', '--image', 'a@sha256:b', '--timeout', '90', '--no-rollback');
    expect(calls).toMatchObject([{ name: 'deploy', invocation: { args: { environment: 'staging' } } }]);
    const defaults = Object.entries({ ...deploy.flags }).map(([name, flag]: [string, Flag]) => [
      name,
      flag.type === 'boolean' ? false : flag.default,
    ]);
    const given = { image: 'a@sha256:b', timeout: 90, 'no-rollback': true };
    expect(calls[0]?.invocation).toHaveProperty('flags', { ...Object.fromEntries(defaults), ...given });
  });

  test('accepts a missing argument that has a default', async () => {
    const { calls } = await cli('synth');
    expect(calls[0]?.invocation).toMatchObject({ args: { environment: 'all' }, flags: { out: 'dist' } });
  });

  test.each([
    ['an unknown command', 'ship', "unknown command 'ship'; see 'leyenda --help'"],
    ['a misspelled command', 'stats local', "unknown command 'stats', did you mean status? see 'leyenda --help'"],
    ['a shortened environment', 'status prod', "unknown environment 'prod', did you mean production? see 'leyenda status --help'"],
    [
      'a misspelled environment',
      'diff stagign --image x',
      "unknown environment 'stagign', did you mean staging? see 'leyenda diff --help'",
    ],
    [
      'an environment without a similar name',
      'status moon',
      `unknown environment 'moon' (choose from ${environmentNames.join(', ')}); see 'leyenda status --help'`,
    ],
    [
      'an unknown environment before a missing flag',
      'deploy prod',
      "unknown environment 'prod', did you mean production? see 'leyenda deploy --help'",
    ],
    ['a missing value', 'deploy local --image', "option '--image <string>' argument missing; see 'leyenda deploy --help'"],
    ['a missing flag', 'deploy local', "required option '--image <string>' not specified; see 'leyenda deploy --help'"],
    ['a misspelled flag', 'deploy local --imge x', "unknown option '--imge', did you mean --image? see 'leyenda deploy --help'"],
    ['an unknown flag of an action', 'secrets check --bogus', "unknown option '--bogus'; see 'leyenda secrets check --help'"],
    [
      'an unknown environment of an action',
      'compose deploy prod',
      "unknown environment 'prod', did you mean production? see 'leyenda compose deploy --help'",
    ],
    ['an unknown action', 'secrets chek local', "unknown action 'chek', did you mean check? see 'leyenda secrets --help'"],
    ['a missing argument', 'status', "missing required argument 'environment'; see 'leyenda status --help'"],
    [
      'an invalid number',
      'verify local --timeout soon',
      "option '--timeout <seconds>' argument 'soon' is invalid. It must be a whole number from 1 to 999999; see 'leyenda verify --help'",
    ],
  ])('reports %s in one line with the help of the command, and runs nothing', async (_what, typed, line) => {
    const { exitCode, calls, stdout, stderr } = await cli(...typed.split(' '));
    expect({ exitCode, calls, stdout, stderr }).toEqual({ exitCode: exitCodes.usage, calls: [], stdout: '', stderr: `leyenda: ${line}\n` });
  });

  const widths = [80, 120];
  test.each(['', ...commands.map(({ name }) => name)].flatMap((name) => widths.map((columns) => [name, columns] as const)))(
    'help of leyenda %s fits into %i columns and fills them, command lines to copy excepted',
    async (name, columns) => {
      const argv = [...(name === '' ? [] : [name]), '--help'];
      const lines = (await cliOn(columns, argv)).stdout.split('\n').filter((line) => !line.includes('leyenda '));
      expect(lines.filter((line) => line.length > columns)).toEqual([]);
      expect(lines.some((line) => line.length > columns - 20)).toBe(true);
    },
  );

  test('prints its version', async () => {
    expect(await cli('--version')).toEqual({ exitCode: exitCodes.ok, calls: [], stdout: `${product.version}\n`, stderr: '' });
  });

  test('returns the exit code of the handler', async () => {
    const silent = { write: () => true };
    const code = await parseAndRun(
      ['status', 'local'],
      commands,
      { stdout: silent, stderr: silent, terminal: false },
      async () => exitCodes.different,
    );
    expect(code).toBe(8);
  });
});

describe('the manual', () => {
  test.each(commands)('of $name has examples that can be typed, as its help shows them', async ({ name, examples }) => {
    const { stdout } = await cli(name, '--help');
    for (const [line] of examples) {
      expect(stdout).toContain(line);
      // The shell's part of a line is the shell's.
      const typed = /leyenda ([^|>;)]+)/.exec(line.replace('…', '0'.repeat(64)))?.[1] ?? '';
      const { calls, stderr } = await cli(...typed.trim().split(' '));
      expect({ line, called: calls.map((call) => call.name), stderr }).toEqual({ line, called: [name], stderr: '' });
    }
  });

  test.each(commands)('of $name lists each exit code once, with its number', async ({ name, exits }) => {
    const { stdout } = await cli(name, '--help');
    for (const [exit, meaning] of Object.entries(exits))
      expect(stdout).toMatch(new RegExp(`^ +${Object(exitCodes)[exit]}  ${meaning.slice(0, 30).replaceAll(/[()]/g, '.')}`, 'm'));
  });

  test('of each command refers to existing commands', () => {
    const names = commands.map(({ name }) => name);
    expect(commands.flatMap(({ related }) => related).filter((name) => !names.includes(name))).toEqual([]);
  });
});
