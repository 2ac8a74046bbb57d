import { type CommandName, type ExitName, exitCodes } from '../../service/contract/cli.ts';
import { manual } from '../../service/contract/cli-manual.ts';

const isExitName = (name: string): name is ExitName => name in exitCodes;
/** The exit codes that a command has of its own, by their numbers. */
export const exitsOf = (name: CommandName): readonly (readonly [code: number, meaning: string])[] =>
  Object.entries(manual[name].exits)
    .flatMap(([exit, meaning]) => (isExitName(exit) ? [[exitCodes[exit], meaning] as const] : []))
    .toSorted(([one], [other]) => one - other);

const section = (title: string, body: string): string => (body === '' ? '' : `\n${title}:\n${body}\n`);

/** What stands above the arguments in the help of a command. */
export const descriptionText = (name: CommandName): string => manual[name].description.join('\n\n');

/** What stands below the flags. */
export function afterText(name: CommandName): string {
  const { examples, see } = manual[name];
  const exits = [[exitCodes.ok, 'done'] as const, ...exitsOf(name)].map(([code, meaning]) => `  ${String(code).padStart(2)}  ${meaning}`);
  return [
    section('Examples', examples.map(([line, doc]) => `  ${line}\n      ${doc}`).join('\n')),
    section('Exit codes', exits.join('\n')),
    section('See also', `  ${see.map((other) => `leyenda ${other}`).join(', ')}`),
  ].join('');
}
