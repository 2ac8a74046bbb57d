/**
 * Generates the table in `layer/actions.ts` from the `action.yml` of every pinned commit, or checks that the workflows fit the pins that
 * are newer than their description.
 * Usage: node .github/src/describe-actions.ts [write|check] (reads from GitHub)
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import { z } from 'zod';
import { actions, type Description } from './layer/actions.ts';
import { parsePins } from './layer/parse-pins.ts';
import { pinsFile } from './layer/pins-file.ts';
import { actionOf, type WorkflowFile } from './rules/model.ts';

const metadata = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean().optional(), default: z.unknown().optional() })).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});
type Input = z.infer<typeof metadata>['inputs'][string];

function kindOf({ required, default: fallback }: Input): string {
  if (required === true && fallback === undefined) return 'required';
  return /^(true|false)$/.test(String(fallback)) ? 'flag' : 'text';
}

/** One entry of the table. @param text of `action.yml` */
export function describeAction(name: string, commit: string, text: string): string {
  const { inputs, outputs } = metadata.parse(parse(text));
  const key = (word: string) => (/^\w+$/.test(word) ? word : `'${word}'`);
  return [
    `  '${name}': {`,
    `    commit: '${commit}',`,
    '    inputs: {',
    ...Object.entries(inputs).map(([input, spec]) => `      ${key(input)}: '${kindOf(spec)}',`),
    '    },',
    `    outputs: [${Object.keys(outputs)
      .map((output) => `'${output}'`)
      .join(', ')}],`,
    '  },',
  ].join('\n');
}

/**
 * The text of `action.yml` at a commit.
 * @throws if neither `action.yml` nor `action.yaml` exists
 */
export async function fetchDescription(github: Octokit, name: string, commit: string): Promise<string> {
  const [owner = '', repo = '', ...folder] = name.split('/');
  for (const file of ['action.yml', 'action.yaml']) {
    const path = [...folder, file].join('/');
    const response = await github.rest.repos
      .getContent({ owner, repo, path, ref: commit, mediaType: { format: 'raw' } })
      .catch((error: unknown) => {
        if (error instanceof Error && 'status' in error && error.status === 404) return undefined;
        throw error;
      });
    if (response) return z.string().parse(response.data);
  }
  throw new Error(`no action.yml of ${name} at ${commit}`);
}

/** What the workflows use of an action, and its `action.yml` no longer has, or requires. @param text of `action.yml` */
export function incompatibilities(name: string, text: string, workflows: readonly WorkflowFile[]): string[] {
  const { inputs, outputs } = metadata.parse(parse(text));
  const required = Object.keys(inputs).filter((input) => kindOf(inputs[input] ?? {}) === 'required');
  const steps = workflows.flatMap(({ file, jobs }) =>
    Object.values(jobs).flatMap((job) => job.steps.map((step) => ({ file, step, used: outputsOf(step.id, JSON.stringify(job)) }))),
  );
  return steps
    .filter(({ step }) => actionOf(step) === name)
    .flatMap(({ file, step, used }) => [
      ...Object.keys(step.with).flatMap((input) => (input in inputs ? [] : [`${file}: ${name} has no input ${input}`])),
      ...required.flatMap((input) => (input in step.with ? [] : [`${file}: ${name} requires the input ${input}`])),
      ...used.flatMap((output) => (output in outputs ? [] : [`${file}: ${name} has no output ${output}`])),
    ]);
}

const outputsOf = (id: string | undefined, job: string): string[] =>
  id === undefined
    ? []
    : [...job.matchAll(/steps\.([\w-]{1,100})\.outputs\.([\w-]{1,100})/g)].flatMap(([, from, name = '']) => (from === id ? [name] : []));

// GitHub allows sixty requests an hour without a token; a run makes at most two per pin.
const connect = () => new Octokit({ auth: process.env.GITHUB_TOKEN });

async function write(): Promise<void> {
  const file = join(import.meta.dirname, 'layer', 'actions.ts');
  const github = connect();
  const entries = await Promise.all(
    [...parsePins(pinsFile)].map(async ([name, { sha }]) => describeAction(name, sha, await fetchDescription(github, name, sha))),
  );
  const table = /(?<=^export const actions = \{\n).*(?=^\} as const)/ms;
  await writeFile(file, (await readFile(file, 'utf8')).replace(table, `${entries.join('\n')}\n`));
}

async function check(): Promise<void> {
  const described: Readonly<Record<string, Description>> = actions;
  const updated = [...parsePins(pinsFile)].filter(([name, { sha }]) => described[name]?.commit !== sha);
  // Not imported by write, which adds the description of a new action: workflows cannot be loaded without it.
  const { readRepository } = await import('./check/repository.ts');
  const { workflows } = await readRepository('.');
  const github = connect();
  const found = await Promise.all(
    updated.map(async ([name, { sha }]) => incompatibilities(name, await fetchDescription(github, name, sha), workflows)),
  );
  const lines = [...found.flat(), `${updated.length} pins are newer than their description; ${found.flat().length} incompatibilities`];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = found.flat().length === 0 ? 0 : 1;
}

if (import.meta.main) await (process.argv[2] === 'check' ? check() : write());
