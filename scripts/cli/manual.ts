import { manual } from './cli-manual.ts';
import { type CommandName, type ExitName, exitCodes } from './exit-codes.ts';
import { wrap } from './wrap.ts';

const isExitName = (name: string): name is ExitName => name in exitCodes;
/** The exit codes that a command has of its own, by their numbers. */
export const exitsOf = (name: CommandName): readonly (readonly [code: number, meaning: string])[] =>
  Object.entries(manual[name].exits)
    .flatMap(([exit, meaning]) => (isExitName(exit) ? [[exitCodes[exit], meaning] as const] : []))
    .toSorted(([one], [other]) => one - other);

const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}:\n${body}\n`);

/** What stands above the arguments in the help of a command. */
export const descriptionText = (name: CommandName): string => manual[name].description.join('\n\n');

/** A line of a list of exit codes. */
export const exitText = (code: number, meaning: string, columns: number): string =>
  wrap(meaning, columns, `  ${String(code).padStart(2)}  `, '      ');

/** What stands below the flags. */
export function afterText(name: CommandName, columns: number): string {
  const { examples, see } = manual[name];
  const exits = [[exitCodes.ok, 'done'] as const, ...exitsOf(name)].map(([code, meaning]) => exitText(code, meaning, columns));
  return [
    // A command line stays in one line, to be copied.
    section('Examples', examples.map(([line, doc]) => `  ${line}\n${wrap(doc, columns, '      ')}`).join('\n')),
    section('Exit codes', exits.join('\n')),
    section('See also', `  ${see.map((other) => `leyenda ${other}`).join(', ')}`),
  ].join('');
}
