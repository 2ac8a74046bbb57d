import type { Command } from './command.ts';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';

/** Turns an error of the parser into one sentence with the nearest known word and the help of the command in `argv`. */
export function usageFailure(text: string, commands: readonly Command[], argv: readonly string[]): Failure {
  const [name, ...rest] = argv.filter((word) => !word.startsWith('-'));
  const command = commands.find((candidate) => candidate.name === name);
  const words = ['leyenda', ...(command === undefined ? [] : [command.name, ...actionOf(command, rest)])];
  const cause = (command === undefined ? undefined : misspelledFlag(command, argv)) ?? causeOf(text);
  return new Failure('usage', cause, `see '${words.join(' ')} --help'`);
}

/** `check` of `secrets check`: users see the action as part of the command. */
const actionOf = ({ args }: Command, [first = '']: readonly string[]): readonly string[] =>
  args.action?.choices?.includes(first) === true ? [first] : [];

/** The parser reports a missing required flag first, even if the cause is that the flag is misspelled. */
function misspelledFlag({ flags }: Command, argv: readonly string[]): string | undefined {
  const known = [...Object.keys(flags), 'help'].map((flag) => `--${flag}`);
  const given = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined).filter((word) => word.startsWith('--'));
  const unknown = given.map((word) => word.replace(/=.*/s, '')).find((word) => !known.includes(word));
  return unknown === undefined ? undefined : `unknown option '${unknown}'${suggestion(unknown, known)}`;
}

/** Rewrites the messages of the parser: `error: … value 'x' is invalid for argument 'y'. Allowed choices are a, b.` and `… (Did you mean z?)`. */
function causeOf(text: string): string {
  const line = text
    .trim()
    .replace(/^error: /, '')
    .replace(/\.$/, '');
  const [, value = '', argument = '', list = ''] =
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)$/s.exec(line) ?? [];
  if (argument === '') return line.replace(/\n\(Did you mean (.*)\?\)$/, ', did you mean $1?');
  return `unknown ${argument} '${value}'${suggestion(value, list.split(', ')) || ` (choose from ${list})`}`;
}

function suggestion(text: string, candidates: readonly string[]): string {
  const candidate = nearest(text, candidates);
  return candidate === undefined ? '' : `, did you mean ${candidate}?`;
}
