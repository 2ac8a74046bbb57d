import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { completionScript, shells } from '../cli/completion.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { loadCommands } from '../cli/load-commands.ts';

export const completion = defineCommand({
  name: 'completion',
  summary: 'print a completion script for a shell',
  args: { shell: { doc: 'shell', choices: shells } },
  flags: {},
  description: [
    'Prints a script that the shell loads to complete commands, arguments and flags. It is generated from the same declarations as the commands, so it has every argument and flag of this version. It writes no file.',
  ],
  examples: [
    ['source <(leyenda completion bash)', 'in ~/.bashrc'],
    ['leyenda completion zsh > ~/.zfunc/_leyenda', 'a folder in fpath'],
    ['leyenda completion fish > ~/.config/fish/completions/leyenda.fish', 'once'],
  ],
  exits: {},
  related: [],
  document: { shell: z.enum(shells), script: z.string() },
  async run({ args }, { out }) {
    const script = completionScript(args.shell, await loadCommands());
    out.result(script, { shell: args.shell, script });
    return exitCodes.ok;
  },
});
