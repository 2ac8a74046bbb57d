import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import {
  type CommandName,
  type Command as CommandSpec,
  commands,
  type ExitCode,
  type ExitName,
  exitCodes,
  exitMeanings,
  type Flag,
  type Invocation,
} from './exit-codes.ts';
import { Failure } from './failure.ts';
import { afterText, descriptionText, exitText } from './manual.ts';
import type { Streams } from './output.ts';
import { printFailure } from './print-failure.ts';
import { usageFailure } from './usage-failure.ts';

/** Runs one command; called by the parser with arguments that fit the table. */
export type Run = <N extends CommandName>(name: N, invocation: Invocation<N>) => Promise<ExitCode>;

const isExitName = (name: string): name is ExitName => name in exitMeanings;
const exitCodeHelp = (columns: number) =>
  [
    '',
    'Exit codes:',
    ...Object.entries(exitCodes).map(([name, code]) => exitText(code, `${name}: ${isExitName(name) ? exitMeanings[name] : ''}`, columns)),
  ].join('\n');
const specs: Readonly<Record<CommandName, CommandSpec>> = commands;
const commandNames = Object.keys(commands).filter((name): name is CommandName => name in commands);

/**
 * Parses `argv` (without node and script) by the table of the contract and runs the command.
 * @returns its exit code; `usage` for arguments that do not fit, `ok` for help.
 */
export async function parseAndRun(argv: readonly string[], streams: Streams, run: Run): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const columns = streams.columns?.() ?? 80;
  const program = new Command('leyenda')
    .description('Ship and run the service: manifests, workflows, verified rollouts.')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.stdout.write(text),
      writeErr: (text) => streams.stderr.write(text),
      outputError: (text) => {
        printFailure(usageFailure(text, argv), streams, argv.includes('--json'));
      },
      getOutHelpWidth: () => columns,
    })
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .addHelpText('after', exitCodeHelp(columns));
  for (const name of commandNames) {
    program.addCommand(
      commandFor(name, columns, async (invocation) => {
        exitCode = await run(name, invocation);
      }).copyInheritedSettings(program),
    );
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
}

function commandFor<N extends CommandName>(name: N, columns: number, action: (invocation: Invocation<N>) => Promise<void>): Command {
  const spec = specs[name];
  const command = new Command(name).summary(spec.summary).description(descriptionText(name)).addHelpText('after', afterText(name, columns));
  for (const [argument, { doc, choices, default: fallback }] of Object.entries(spec.args)) {
    const positional = new Argument(fallback === undefined ? `<${argument}>` : `[${argument}]`, doc);
    if (choices !== undefined) positional.choices(choices);
    if (fallback !== undefined) positional.default(fallback);
    command.addArgument(positional);
  }
  for (const [flag, description] of Object.entries(spec.flags)) command.addOption(optionFor(flag, description));
  return command.action(async () => {
    const invocation = invocationOf(spec, command);
    if (!fits(name, invocation)) throw new Failure('usage', `arguments of ${name} do not fit`, `see leyenda ${name} --help`);
    await action(invocation);
  });
}

function optionFor(name: string, flag: Flag): Option {
  const option = new Option(flag.type === 'boolean' ? `--${name}` : `--${name} <${flag.type}>`, flag.doc);
  // To commander a flag named --no-x means "x: false"; here it is a flag of its own.
  option.negate = false;
  if (flag.required === true) option.makeOptionMandatory();
  if (flag.default !== undefined) option.default(flag.default);
  if (flag.type === 'integer' || flag.type === 'seconds') option.argParser(wholeNumberFrom(flag.least ?? 0));
  return option;
}

const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    if (!/^\d{1,6}$/.test(text) || Number(text) < least)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to 999999.`);
    return Number(text);
  };

function invocationOf(spec: CommandSpec, command: Command): { readonly args: object; readonly flags: object } {
  const given = new Map(command.options.map((option) => [option.long, command.getOptionValue(option.attributeName()) as unknown]));
  return {
    args: Object.fromEntries(Object.keys(spec.args).map((name, position) => [name, command.processedArgs[position]])),
    flags: Object.fromEntries(Object.keys(spec.flags).map((name) => [name, given.get(`--${name}`)])),
  };
}

const typeOfFlag = { boolean: 'boolean', string: 'string', integer: 'number', seconds: 'number' } as const;

/** Whether parsed arguments are what the table promises to the handler. */
function fits<N extends CommandName>(name: N, invocation: { args: object; flags: object }): invocation is Invocation<N> {
  const spec = specs[name];
  const args = new Map<string, unknown>(Object.entries(invocation.args));
  const flags = new Map<string, unknown>(Object.entries(invocation.flags));
  return (
    Object.entries(spec.args).every(([key, { choices }]) => {
      const value = args.get(key);
      return typeof value === 'string' && (choices === undefined || choices.includes(value));
    }) &&
    Object.entries(spec.flags).every(([key, { type, required, default: fallback }]) => {
      const value = flags.get(key);
      return value === undefined ? required !== true && fallback === undefined : typeof value === typeOfFlag[type];
    })
  );
}
