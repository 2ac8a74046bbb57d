import type * as z from 'zod';
import type { CommandContext } from './context.ts';
import type { ExitCode, ExitName } from './exit-codes.ts';

interface FlagValues {
  readonly boolean: boolean;
  readonly string: string;
  readonly integer: number;
  readonly seconds: number;
}
export interface Flag {
  readonly type: keyof FlagValues;
  readonly doc: string;
  readonly required?: boolean;
  /** A boolean flag defaults to false. */
  readonly default?: string | number;
  /** Smallest number that is accepted; default: 0. */
  readonly min?: number;
}
export interface Argument {
  readonly doc: string;
  readonly choices?: readonly string[];
  /** An argument without a default is required. */
  readonly default?: string;
}
export type Arguments = Readonly<Record<string, Argument>>;
export type Flags = Readonly<Record<string, Flag>>;

type ArgumentValue<A extends Argument> = A['choices'] extends readonly (infer C)[] ? C : string;
type FlagValue<F extends Flag> = F extends { required: true } | { default: string | number } | { type: 'boolean' }
  ? FlagValues[F['type']]
  : FlagValues[F['type']] | undefined;

/** What the user typed, with defaults filled in. */
export interface Invocation<A extends Arguments = Arguments, F extends Flags = Flags> {
  readonly args: { readonly [K in keyof A]: ArgumentValue<A[K]> };
  readonly flags: { readonly [K in keyof F]: FlagValue<F[K]> };
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
/** The JSON document of a command, without `schema`. */
export type DocumentOf<D extends z.ZodRawShape> = DeepReadonly<z.input<z.ZodObject<D>>>;

/** One command of `leyenda`: its interface, its manual and its handler. */
export interface Command<A extends Arguments = Arguments, F extends Flags = Flags, D extends z.ZodRawShape = z.ZodRawShape> {
  /** Equal to the name of the file in `scripts/commands`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Positional arguments, in this order. */
  readonly args: A;
  readonly flags: F;
  /** What the command does and what it never does, one paragraph each. */
  readonly description: readonly string[];
  /** Command lines as they are typed, each with its purpose. */
  readonly examples: readonly (readonly [line: string, doc: string])[];
  /** Exit codes other than `ok`, `internal` and `usage`, with their meaning for this command. */
  readonly exits: Readonly<Partial<Record<ExitName, string>>>;
  /** Names of related commands. */
  readonly related: readonly string[];
  /** Fields of the JSON document, without `schema`. */
  readonly document: D;
  run(invocation: Invocation<A, F>, context: CommandContext<DocumentOf<D>>): Promise<ExitCode>;
}

const json = { type: 'boolean', doc: 'print one JSON document on standard output' } as const satisfies Flag;
type WithJson<F extends Flags> = F & { readonly json: typeof json };

const defined = new WeakSet<object>();
export const isCommand = (value: unknown): value is Command => typeof value === 'object' && value !== null && defined.has(value);

/** Declares a command; every command has `--json`. */
export function defineCommand<const A extends Arguments, const F extends Flags, D extends z.ZodRawShape>(
  definition: Command<A, F, D>,
): Command<A, WithJson<F>, D> {
  const command = { ...definition, flags: { ...definition.flags, json } };
  defined.add(command);
  return command;
}
