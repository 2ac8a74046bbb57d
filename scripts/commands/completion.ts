import { completionScript } from '../cli/completion.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';

/** Prints a script that completes commands, arguments and flags. */
export const completionCommand: Handlers['completion'] = async ({ args }, { out }) => {
  const script = completionScript(args.shell);
  out.result(script, { shell: args.shell, script });
  return exitCodes.ok;
};
