import { shellQuote } from '../../../manifests/targets/shell-quote.ts';
import type { Argument, Arguments, Command, Flag, Flags } from '../../../scripts/cli/command.ts';
import { checkedPlain, Expression } from './expression.ts';
import type { Env } from './step.ts';

/** A choice is made when the workflow is written, so that rules and reviewers see what a job does. */
type ArgumentValue<A extends Argument> = A extends { readonly choices: readonly (infer C)[] } ? C : string | Expression;
type FlagValue<F extends Flag> = F extends { readonly type: 'boolean' }
  ? boolean
  : F extends { readonly type: 'integer' | 'seconds' }
    ? number | Expression
    : string | Expression;
type Optional = { readonly default: string };
type Required = { readonly required: true };

/** Arguments and flags of one call of a command. */
export interface Call<A extends Arguments, F extends Flags> {
  readonly args: { readonly [K in keyof A as A[K] extends Optional ? never : K]: ArgumentValue<A[K]> } & {
    readonly [K in keyof A as A[K] extends Optional ? K : never]?: ArgumentValue<A[K]>;
  };
  readonly flags: { readonly [K in keyof F as F[K] extends Required ? K : never]: FlagValue<F[K]> } & {
    readonly [K in keyof F]?: FlagValue<F[K]>;
  };
}

/** Starts the command from the checked-out source, or from the bundle, which needs no packages. */
const launchers = { source: 'npm run --silent leyenda --', bundle: 'node build/leyenda.js' } as const;

/**
 * A call of the release tool as a script and its environment; values that are only known at run time are passed as variables.
 * An argument, a flag or a value that the command does not declare is a compile error.
 */
export function leyenda<A extends Arguments, F extends Flags>(
  launcher: keyof typeof launchers,
  command: Command<A, F>,
  { args, flags }: Call<A, F>,
): { readonly run: string; readonly env: Env } {
  const env: Record<string, Expression> = {};
  const word = (name: string, value: unknown): string => {
    if (!(value instanceof Expression)) return shellQuote(checkedPlain(String(value)));
    const variable = name.toUpperCase().replaceAll('-', '_');
    env[variable] = value;
    return `"$${variable}"`;
  };
  const given = new Map<string, unknown>([...Object.entries(args), ...Object.entries(flags)]);
  const positional = Object.keys(command.args).filter((key) => given.has(key));
  const first = positional.findIndex((key) => given.get(key) instanceof Expression);
  const [fixed, later] = first < 0 ? [positional, []] : [positional.slice(0, first), positional.slice(first)];
  const words = [
    ...fixed.map((key) => word(key, given.get(key))),
    ...Object.entries(command.flags).flatMap(([key, { type }]) => {
      const value = given.get(key);
      if (value === undefined || value === false) return [];
      return type === 'boolean' ? [`--${key}`] : [`--${key}`, word(key, value)];
    }),
    // A value that starts with a dash must not become a flag.
    ...(later.length === 0 ? [] : ['--', ...later.map((key) => word(key, given.get(key)))]),
  ];
  return { run: [launchers[launcher], command.name, ...words].join(' '), env };
}
