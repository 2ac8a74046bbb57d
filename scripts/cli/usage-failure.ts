import type { Command } from './command.ts';
import { Failure } from './failure.ts';
import { nearest } from './nearest.ts';

/** Turns an error of the parser into one sentence with the nearest known word and the help of the command in `argv`. */
export function usageFailure(text: string, commands: readonly Command[], argv: readonly string[]): Failure {
  const [name, ...rest] = argv.filter((word) => !word.startsWith('-'));
  const command = commands.find((candidate) => candidate.name === name);
  const words = ['leyenda', ...(command === undefined ? [] : [command.name, ...actionOf(command, rest)])];
  return new Failure('usage', causeOf(text), `see '${words.join(' ')} --help'`);
}

/** `check` of `secrets check`: users see the action as part of the command. */
const actionOf = ({ args }: Command, [first = '']: readonly string[]): readonly string[] =>
  args.action?.choices?.includes(first) === true ? [first] : [];

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
