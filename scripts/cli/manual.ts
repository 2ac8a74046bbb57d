import type { Command } from './command.ts';
import { exitCodes, exitMeanings, isExitName } from './exit-codes.ts';
import { wrap } from './wrap.ts';

/** The exit codes in the manual of a command, in ascending order. */
export const exitsOf = ({ exits }: Command): readonly (readonly [code: number, meaning: string])[] =>
  Object.entries(exits)
    .flatMap(([name, meaning]) => (isExitName(name) ? [[exitCodes[name], meaning] as const] : []))
    .toSorted(([a], [b]) => a - b);

const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}:\n${body}\n`);
const exitLine = (code: number, meaning: string, columns: number): string =>
  wrap(meaning, columns, `  ${String(code).padStart(2)}  `, '      ');

/** The text below the flags in the help of a command. */
export function helpFooter(command: Command, columns: number): string {
  const { examples, related } = command;
  const exits = [[exitCodes.ok, 'success'] as const, ...exitsOf(command)];
  return [
    // Command lines are not wrapped, because users copy them.
    section('Examples', examples.map(([line, doc]) => `  ${line}\n${wrap(doc, columns, '      ')}`).join('\n')),
    section('Exit codes', exits.map(([code, meaning]) => exitLine(code, meaning, columns)).join('\n')),
    section('See also', `  ${related.map((name) => `leyenda ${name}`).join(', ')}`.trimEnd()),
  ].join('');
}

/** The text below the list of commands in `leyenda --help`. */
export const exitCodeHelp = (columns: number): string =>
  [
    '',
    'Exit codes:',
    ...Object.entries(exitCodes).map(([name, code]) => exitLine(code, `${name}: ${isExitName(name) ? exitMeanings[name] : ''}`, columns)),
  ].join('\n');
