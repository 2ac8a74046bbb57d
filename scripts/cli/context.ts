import type { CommandName, ExitCode, Invocation } from './exit-codes.ts';
import type { Output } from './output.ts';

/** What every handler gets besides its arguments. */
export interface Context {
  readonly out: Output;
  /** Aborted by SIGINT or SIGTERM: stop, leave no lock behind, say in which state things are. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One handler a command; a command of the contract without a handler is a compile error. */
export type Handlers = { readonly [N in CommandName]: (invocation: Invocation<N>, context: Context) => Promise<ExitCode> };
