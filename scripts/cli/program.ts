import { Argument, Command as CommanderCommand, CommanderError, InvalidArgumentError, Option } from 'commander';
import { product } from '../../contract/product.ts';
import type { Command, Flag, Invocation } from './command.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { exitCodeHelp, helpFooter } from './manual.ts';
import type { Streams } from './output.ts';
import { printFailure } from './print-failure.ts';
import { usageFailure } from './usage-failure.ts';

/** Called by the parser with arguments that match the declaration of the command. */
export type Run = (command: Command, invocation: Invocation) => Promise<ExitCode>;

/**
 * Parses `argv` (without node and script) and runs the command.
 * @returns its exit code; `usage` for invalid arguments, `ok` for help and version
 */
export async function parseAndRun(argv: readonly string[], commands: readonly Command[], streams: Streams, run: Run): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const columns = streams.columns?.() ?? 80;
  const program = new CommanderCommand('leyenda')
    .description('Deploy and operate the service: manifests, workflows, verified releases.')
    .version(product.version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: (text) => {
        printFailure(usageFailure(text, commands, argv), streams, argv.includes('--json'));
      },
      getOutHelpWidth: () => columns,
    })
    .configureHelp({ subcommandTerm: (command) => command.name(), minWidthToWrap: 20 })
    .addHelpText('after', exitCodeHelp(columns));
  for (const command of commands) {
    const parser = parserFor(command, columns, async (invocation) => {
      exitCode = await run(command, invocation);
    });
    program.addCommand(parser.copyInheritedSettings(program));
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

function parserFor(command: Command, columns: number, action: (invocation: Invocation) => Promise<void>): CommanderCommand {
  const parser = new CommanderCommand(command.name)
    .summary(command.summary)
    .description(command.description.join('\n\n'))
    .addHelpText('after', helpFooter(command, columns));
  for (const [name, { doc, choices, default: fallback }] of Object.entries(command.args)) {
    const argument = new Argument(fallback === undefined ? `<${name}>` : `[${name}]`, doc);
    if (choices !== undefined) argument.choices(choices);
    if (fallback !== undefined) argument.default(fallback);
    parser.addArgument(argument);
  }
  for (const [name, flag] of Object.entries(command.flags)) parser.addOption(optionFor(name, flag));
  return parser.action(() => {
    const invocation = invocationOf(command, parser);
    // Not by the parser, which would report a missing flag before an unknown environment.
    const missing = Object.entries(command.flags).find(([name, { required }]) => required === true && invocation.flags[name] === undefined);
    if (missing !== undefined) parser.error(`required option '--${missing[0]} <${missing[1].type}>' not specified`);
    return action(invocation);
  });
}

function optionFor(name: string, { type, doc, default: fallback, min = 0 }: Flag): Option {
  const option = new Option(type === 'boolean' ? `--${name}` : `--${name} <${type}>`, doc);
  // Commander would read --no-x as "x: false".
  option.negate = false;
  if (fallback !== undefined) option.default(fallback);
  if (type === 'integer' || type === 'seconds') option.argParser(wholeNumber(min));
  return option;
}

const wholeNumber =
  (min: number) =>
  (text: string): number => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < min) throw new InvalidArgumentError(`It must be a whole number from ${min} to 999999.`);
    return Number(text);
  };

function invocationOf({ args, flags }: Command, parser: CommanderCommand): Invocation {
  const values = new Map(parser.options.map((option) => [option.long, parser.getOptionValue(option.attributeName()) as unknown]));
  return {
    args: Object.fromEntries(Object.keys(args).map((name, position) => [name, String(parser.processedArgs[position])])),
    flags: Object.fromEntries(Object.entries(flags).map(([name, { type }]) => [name, flagValue(name, type, values.get(`--${name}`))])),
  };
}

/** @throws if the parser returned a value of another type than the flag declares */
function flagValue(name: string, type: Flag['type'], value: unknown): string | number | boolean | undefined {
  if (type === 'boolean') return value === true;
  if (value === undefined) return undefined;
  if (type === 'string' && typeof value === 'string') return value;
  if ((type === 'integer' || type === 'seconds') && typeof value === 'number') return value;
  throw new TypeError(`--${name} is not a ${type}`);
}
