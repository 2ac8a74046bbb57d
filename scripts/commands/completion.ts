import { exitCodes } from '../../contract/cli.ts';
import { completionScript } from '../cli/completion.ts';
import type { Handlers } from '../cli/context.ts';

/** Prints a script that completes commands, arguments and flags. */
export const completionCommand: Handlers['completion'] = async ({ args }, { out }) => {
  const script = completionScript(args.shell);
  out.result(script, { shell: args.shell, script });
  return exitCodes.ok;
};
