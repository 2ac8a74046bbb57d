import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import { team } from '../../contract/team.ts';
import { type Team, teamFieldNames, teamFields } from '../../contract/team-fields.ts';
import { defineCommand, type Flags } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { chooseTeam, flagOf, type Given, parseGiven, promptForTeam } from '../team/choose.ts';
import { generate } from '../team/generate.ts';
import { nextSteps } from '../team/next-steps.ts';

const flags: Flags = {
  ...Object.fromEntries(teamFieldNames.map((name) => [flagOf(name), { type: 'string', doc: teamFields[name].doc } as const])),
  from: { type: 'string', doc: 'JSON file with values by name, such as {"stagingHost": "staging.example.com"}; flags replace its values' },
  'dry-run': { type: 'boolean', doc: 'print the diff and change nothing' },
};

export const init = defineCommand({
  name: 'init',
  summary: 'set the names, hosts, registry, repository, contacts and model of your own product',
  args: {},
  flags,
  description: [
    'Writes contract/team.ts and every file that is generated from it: manifests are checked, documents, Compose files, nginx files, workflows and the GraphQL schema are written. Values that are not valid, or do not synthesize, change nothing. It contacts no cluster and no network.',
    'Without a value and in a terminal it requests each value: an empty answer keeps the one in brackets, "-" empties an optional one. A value that is not given keeps its current one, unless it follows from another: a new host also sets the origins, the host of staging and the audiences; a new repository sets the registry.',
  ],
  examples: [
    ['leyenda init', 'answer its questions'],
    ['leyenda init --name pie-de-foto --host captions.example.com --repository acme/captions --dry-run', 'show what would change'],
    ['leyenda init --from team.json', 'values from a file'],
  ],
  exits: {},
  related: ['synth', 'workflows', 'secrets'],
  document: {
    values: z.array(z.strictObject({ name: z.string(), from: z.string(), to: z.string() })).describe('values that differ'),
    written: z.array(z.string()).describe('files that were written, or would be with --dry-run'),
    deleted: z.array(z.string()),
    next: z.array(z.string()).describe('what remains to be done'),
  },
  async run({ flags }, { out, signal }) {
    const dryRun = flags['dry-run'] === true;
    const given: Given = {
      ...(typeof flags.from === 'string' ? parseGiven(await readText(flags.from), flags.from) : {}),
      ...Object.fromEntries(
        teamFieldNames.flatMap((name) => (typeof flags[flagOf(name)] === 'string' ? [[name, flags[flagOf(name)]]] : [])),
      ),
    };
    const interactive = Object.keys(given).length === 0 && process.stdin.isTTY === true && !flags.json;
    const chosen = interactive ? await prompt(out.line) : chooseTeam(team, given);
    const values = teamFieldNames
      .filter((name) => chosen[name] !== team[name])
      .map((name) => ({ name, from: team[name], to: chosen[name] }));
    const { written, deleted, diff } = await generate('.', chosen, !dryRun, signal);
    if (written.length + deleted.length === 0) {
      out.result('nothing to change', { values, written: [], deleted: [], next: [] });
      return exitCodes.ok;
    }
    const next = dryRun ? [] : nextSteps(chosen);
    const summary = [
      ...values.map(({ name, from, to }) => `${name}: ${from || '(empty)'} → ${to || '(empty)'}`),
      `${dryRun ? 'would write' : 'wrote'} ${written.join(', ')}`,
      ...(deleted.length > 0 ? [`${dryRun ? 'would delete' : 'deleted'} ${deleted.join(', ')}`] : []),
      ...next.map((step, index) => `${index + 1}. ${step}`),
    ];
    out.result([...(dryRun ? [diff.trimEnd()] : []), ...summary].join('\n'), { values, written, deleted, next });
    return exitCodes.ok;
  },
});

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Failure('usage', `cannot read ${path}`, 'give --from the path of a JSON file', { cause: error });
  }
}

async function prompt(print: (line: string) => void): Promise<Team> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await promptForTeam(team, terminal, print);
  } finally {
    terminal.close();
  }
}
