import { Expression } from './expression.ts';

/** An input of a manually started workflow. */
type Input =
  | { readonly description: string; readonly type: 'choice'; readonly options: readonly [string, ...string[]] }
  | { readonly description: string; readonly type: 'string'; readonly default: string };

/** Reference to an input, typed by its possible values. */
export class InputReference<V extends string> extends Expression {
  /** The values that GitHub accepts; undefined: any text. */
  readonly options: readonly V[] | undefined;
  constructor(name: string, options: readonly V[] | undefined) {
    super(`inputs.${name}`);
    this.options = options;
  }
  /** Whether this value was chosen; a value that is not an option does not compile. */
  is(value: V): Expression {
    return new Expression(`${this.code} == '${value}'`);
  }
}
type ValueOf<I extends Input> = I extends { readonly options: readonly (infer V extends string)[] } ? V : string;
type InputReferences<I extends Readonly<Record<string, Input>>> = { readonly [K in keyof I]: InputReference<ValueOf<I[K]>> };

/** Inputs of `workflow_dispatch`, all required, and the references to them: no other input can be referenced. */
export function workflowInputs<const I extends Readonly<Record<string, Input>>>(inputs: I) {
  const declared = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input, required: true }]));
  const references = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, new InputReference(name, input.type === 'choice' ? input.options : undefined)]),
  );
  if (!covers(references, inputs)) throw new Error('unreachable: every input has a reference');
  return { declared, references };
}

const covers = <I extends Readonly<Record<string, Input>>>(references: object, inputs: I): references is InputReferences<I> =>
  Object.keys(inputs).every((name) => name in references);
