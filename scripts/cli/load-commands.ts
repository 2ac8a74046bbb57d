import { type Command, isCommand } from './command.ts';
import { commandFiles } from './command-files.ts';

/**
 * Loads the command `name`, or every command if there is none of that name: a command then starts without the packages of the others.
 * @throws if a file does not export exactly one command, or one with another name
 */
export async function loadCommands(name?: string): Promise<readonly Command[]> {
  const wanted = name !== undefined && Object.hasOwn(commandFiles, name) ? [name] : Object.keys(commandFiles);
  return Promise.all(wanted.map(loadCommand));
}

async function loadCommand(name: string): Promise<Command> {
  const module = await commandFiles[name]?.();
  const [command, ...others] = Object.values(module ?? {}).filter(isCommand);
  if (command?.name !== name || others.length > 0) throw new Error(`commands/${name}.ts must export one command with the name ${name}`);
  return command;
}
