/** How a program ended. */
export type Outcome =
  | {
      readonly status: 'ok';
      /** Its last expression (a promise is awaited) as JSON; undefined if it has no JSON. */
      readonly value: string | undefined;
      readonly output: string;
    }
  | { readonly status: 'error'; readonly name: string; readonly message: string; readonly output: string }
  /** A limit was exceeded; the output before it, if it could be saved. `busy` and `code_too_long`: the program did not run. */
  | { readonly status: 'timeout' | 'memory' | 'output_limit' | 'code_too_long' | 'busy'; readonly output: string };

/** An outcome and the time from the start of the run to it, without the wait for a thread. */
export type Execution = Outcome & { readonly milliseconds: number };
