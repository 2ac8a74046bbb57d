import { type Argument, type CommandName, commands, type Flag } from '../../../scripts/cli/exit-codes.ts';
import { checkedPlain, Expression } from './expression.ts';
import type { Env } from './step.ts';

type Table = typeof commands;
/** Where there is a choice it is made when the workflow is written: rules and people read what a job does. */
type ArgumentValue<A> = A extends { readonly choices: readonly (infer C)[] } ? C : string | Expression;
type FlagValue<F> = F extends { readonly type: 'boolean' } ? boolean : F extends { readonly type: 'integer' | 'seconds' } ? number : string;
type OptionalArgs<A> = { readonly [K in keyof A as A[K] extends { readonly default: string } ? K : never]?: ArgumentValue<A[K]> };
type NeededArgs<A> = { readonly [K in keyof A as A[K] extends { readonly default: string } ? never : K]: ArgumentValue<A[K]> };
type NeededFlags<F> = { readonly [K in keyof F as F[K] extends { readonly required: true } ? K : never]: FlagValue<F[K]> | Expression };
type OptionalFlags<F> = { readonly [K in keyof F]?: FlagValue<F[K]> | Expression };

/** Arguments and flags of one command, by the command table. */
export interface Call<N extends CommandName> {
  readonly args: NeededArgs<Table[N]['args']> & OptionalArgs<Table[N]['args']>;
  readonly flags: NeededFlags<Table[N]['flags']> & OptionalFlags<Table[N]['flags']>;
}
/** How the command is started: from the checked out source, or from the bundle that needs no packages. */
const launchers = { source: 'npm run --silent leyenda --', bundle: 'node build/leyenda.js' } as const;

/**
 * A call of the release tool as a script and its environment: what is only known when the workflow runs comes in by variables.
 * A command, argument or flag that the table does not know, or a value it does not take, does not compile.
 */
export function leyenda<N extends CommandName>(
  from: keyof typeof launchers,
  name: N,
  { args, flags }: Call<N>,
): { readonly run: string; readonly env: Env } {
  const env: Record<string, Expression> = {};
  const spec: { readonly args: Readonly<Record<string, Argument>>; readonly flags: Readonly<Record<string, Flag>> } = commands[name];
  const word = (label: string, value: unknown): string => {
    if (!(value instanceof Expression)) return quoted(String(value));
    const variable = label.toUpperCase().replaceAll('-', '_');
    env[variable] = value;
    return `"$${variable}"`;
  };
  const given = new Map<string, unknown>([...Object.entries(args), ...Object.entries(flags)]);
  const positional = Object.keys(spec.args).filter((key) => given.has(key));
  const first = positional.findIndex((key) => given.get(key) instanceof Expression);
  const [fixed, later] = first < 0 ? [positional, []] : [positional.slice(0, first), positional.slice(first)];
  const words = [
    ...fixed.map((key) => word(key, given.get(key))),
    ...Object.entries(spec.flags).flatMap(([key, { type }]) => {
      const value = given.get(key);
      if (value === undefined || value === false) return [];
      return type === 'boolean' ? [`--${key}`] : [`--${key}`, word(key, value)];
    }),
    // What somebody typed is no flag, whatever it begins with.
    ...(later.length === 0 ? [] : ['--', ...later.map((key) => word(key, given.get(key)))]),
  ];
  return { run: [launchers[from], name, ...words].join(' '), env };
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(checkedPlain(word)) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
