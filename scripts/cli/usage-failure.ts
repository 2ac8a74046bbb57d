import { type CommandName, type Command as CommandSpec, commands } from './exit-codes.ts';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';

const specs: Readonly<Record<CommandName, CommandSpec>> = commands;
const isCommand = (name: string | undefined): name is CommandName => name !== undefined && Object.hasOwn(commands, name);

/** What the parser reports, as one sentence that names the nearest word it knows and the help of the command in `argv`. */
export function usageFailure(text: string, argv: readonly string[]): Failure {
  const [name, ...rest] = argv.filter((word) => !word.startsWith('-'));
  const words = ['leyenda', ...(isCommand(name) ? [name, ...actionOf(specs[name], rest)] : [])];
  return new Failure(
    'usage',
    isCommand(name) ? (misspelt(specs[name], argv) ?? causeOf(text)) : causeOf(text),
    `see '${words.join(' ')} --help'`,
  );
}

/** `check` of `secrets check`: the action is a part of the command to its users. */
const actionOf = ({ args }: CommandSpec, [first = '']: readonly string[]): readonly string[] =>
  args.action?.choices?.includes(first) === true ? [first] : [];

/** The parser reports a missing flag first, though the reason is that it was given under another name. */
function misspelt({ flags }: CommandSpec, argv: readonly string[]): string | undefined {
  const known = [...Object.keys(flags), 'help'].map((flag) => `--${flag}`);
  const given = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).filter((word) => word.startsWith('--'));
  const unknown = given.map((word) => word.replace(/=.*/s, '')).find((word) => !known.includes(word));
  if (unknown === undefined) return undefined;
  const meant = nearest(unknown, known);
  return `unknown option '${unknown}'${meant === undefined ? '' : `, did you mean ${meant}?`}`;
}

/** The parser's `error: … value 'x' is invalid for argument 'y'. Allowed choices are a, b.` and `… (Did you mean z?)`. */
function causeOf(text: string): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\.$/, '');
  const [, value = '', argument = '', list = ''] =
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)$/s.exec(line) ?? [];
  if (argument !== '') {
    const meant = nearest(value, list.split(', '));
    return meant === undefined
      ? `unknown ${argument} '${value}' (there are ${list})`
      : `unknown ${argument} '${value}', did you mean ${meant}?`;
  }
  return line.replace(/\n\(Did you mean (.*)\?\)$/, ', did you mean $1?');
}
