import type { actions } from './actions.ts';
import { type Expression, renderValue, type Value } from './expression.ts';
import { type PinnedAction, pins } from './pins.ts';

type InputsOf<N extends PinnedAction> = (typeof actions)[N]['inputs'];
type InputValue<K> = K extends 'flag' ? boolean | Expression : Value;
type RequiredOf<N extends PinnedAction> = { [K in keyof InputsOf<N>]: InputsOf<N>[K] extends 'required' ? K : never }[keyof InputsOf<N>];

/** `with` of an action: exactly the inputs that it declares. */
export type With<N extends PinnedAction> = { readonly [K in keyof InputsOf<N>]?: InputValue<InputsOf<N>[K]> } & {
  readonly [K in RequiredOf<N>]: InputValue<InputsOf<N>[K]>;
};
export type OutputOf<N extends PinnedAction> = (typeof actions)[N]['outputs'][number];
export type Env = Readonly<Record<string, Value>>;

/** Options of every step. */
export interface StepOptions {
  readonly name: string;
  /** Required to read an output. */
  readonly id?: string;
  readonly if?: Expression;
}

type Scalars = Readonly<Record<string, string | number | boolean>>;
/** A step in YAML. */
export interface RenderedStep {
  readonly name: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Scalars;
  readonly env?: Scalars;
  readonly run?: string;
}

/** References to outputs by name. */
export type Outputs<O extends string> = { readonly [K in O]: Expression };

/** `owner/name@sha`; renderWorkflow adds the version as a comment. */
export const usesOf = (action: PinnedAction) => `${action}@${pins[action].sha}`;

export const renderValues = (values: Readonly<Record<string, Value | undefined>>): Scalars =>
  Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, renderValue(value)]])));

/** The options in the order of GitHub's examples. */
export function renderOptions({ name, id, if: condition }: StepOptions): Pick<RenderedStep, 'name' | 'id' | 'if'> {
  return { name, ...(id === undefined ? {} : { id }), ...(condition === undefined ? {} : { if: condition.code }) };
}

/** A record with a reference for each name. */
export function mapNames<O extends string, V>(names: readonly O[], reference: (name: O) => V): { readonly [K in O]: V } {
  const entries: Partial<Record<O, V>> = {};
  for (const name of names) entries[name] = reference(name);
  if (!isComplete(names, entries)) throw new Error('unreachable: every name has a value');
  return entries;
}
const isComplete = <O extends string, V>(names: readonly O[], entries: Partial<Record<O, V>>): entries is Record<O, V> =>
  names.every((name) => name in entries);
