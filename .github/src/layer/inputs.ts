import { Expression } from './expression.ts';

/** What a person is asked who starts a workflow by hand. */
type Input =
  | { readonly description: string; readonly type: 'choice'; readonly options: readonly [string, ...string[]] }
  | { readonly description: string; readonly type: 'string'; readonly default: string };

/** The answer to one question, as an expression that knows what it can be. */
export class InputReference<V extends string> extends Expression {
  /** The answers that GitHub lets through; undefined: any text. */
  readonly options: readonly V[] | undefined;
  constructor(name: string, options: readonly V[] | undefined) {
    super(`inputs.${name}`);
    this.options = options;
  }
  /** Whether this was chosen. A value that cannot be chosen does not compile. */
  is(value: V): Expression {
    return new Expression(`${this.code} == '${value}'`);
  }
}
type ValueOf<I extends Input> = I extends { readonly options: readonly (infer V extends string)[] } ? V : string;
type Answers<I extends Readonly<Record<string, Input>>> = { readonly [K in keyof I]: InputReference<ValueOf<I[K]>> };

/** Questions of `workflow_dispatch`, each of which must be answered, and the references to their answers: no other input can be named. */
export function workflowInputs<const I extends Readonly<Record<string, Input>>>(inputs: I) {
  const declared = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input, required: true }]));
  const answers = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [name, new InputReference(name, input.type === 'choice' ? input.options : undefined)]),
  );
  if (!covers(answers, inputs)) throw new Error('unreachable: every question was just given an answer');
  return { declared, answers };
}

const covers = <I extends Readonly<Record<string, Input>>>(answers: object, inputs: I): answers is Answers<I> =>
  Object.keys(inputs).every((name) => name in answers);
