import { actions } from './actions.ts';
import { Expression, type Plain } from './expression.ts';
import type { Permissions, PermissionsFor } from './permissions.ts';
import type { PinnedAction } from './pins.ts';
import {
  type Env,
  mapNames,
  type OutputOf,
  type Outputs,
  type RenderedStep,
  renderOptions,
  renderValues,
  type StepOptions,
  usesOf,
  type With,
} from './step.ts';

interface Use<N extends PinnedAction> extends StepOptions {
  readonly with: With<N>;
}
interface Run<R extends string> extends StepOptions {
  /** Bash with `set -eo pipefail`. Values are passed in `env`, never by an expression. */
  readonly run: Plain<R>;
  readonly env?: Env;
}
type WithOutputs<O extends string> = { readonly id: string; readonly outputs: readonly O[] };

/**
 * The steps of one job, in the order of the calls. A step with an `id` returns references to its outputs.
 * `P`: permissions of the job; an action that needs more does not compile.
 */
export class Steps<out P extends Permissions = Permissions> {
  readonly permissions: P;
  readonly rendered: RenderedStep[] = [];

  constructor(permissions: P) {
    this.permissions = permissions;
    this.#add('step-security/harden-runner', { name: 'Harden the runner', with: { 'egress-policy': 'audit' } });
  }

  uses<N extends PinnedAction>(this: Steps<PermissionsFor<N>>, action: N, options: Use<N> & { readonly id: string }): Outputs<OutputOf<N>>;
  uses<N extends PinnedAction>(this: Steps<PermissionsFor<N>>, action: N, options: Use<N>): void;
  uses(action: PinnedAction, options: Use<PinnedAction>): Outputs<string> {
    return this.#add(action, options);
  }

  #add(action: PinnedAction, { with: inputs, ...options }: Use<PinnedAction>): Outputs<string> {
    this.rendered.push({ ...renderOptions(options), uses: usesOf(action), with: renderValues(inputs) });
    return this.#outputs(options.id, actions[action].outputs);
  }

  /** `outputs`: names that the script writes to GITHUB_OUTPUT. */
  run<const R extends string, const O extends string>(options: Run<R> & WithOutputs<O>): Outputs<O>;
  run<const R extends string>(options: Run<R>): void;
  run({ run, env = {}, outputs = [], ...options }: Run<string> & Partial<WithOutputs<string>>): Outputs<string> {
    if (run.includes('${{')) throw new Error(`step "${options.name}": pass values in env, not by an expression`);
    this.rendered.push({ ...renderOptions(options), ...(Object.keys(env).length === 0 ? {} : { env: renderValues(env) }), run });
    return this.#outputs(options.id, outputs);
  }

  #outputs(id: string | undefined, names: readonly string[]): Outputs<string> {
    return id === undefined ? {} : mapNames(names, (name) => new Expression(`steps.${id}.outputs.${name}`));
  }
}
