/**
 * Generates the table in `layer/actions.ts` from the `action.yml` of every pinned commit; run it after a change of a pin.
 * Usage: node .github/src/describe-actions.ts (reads from GitHub)
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import { z } from 'zod';
import { pins } from './layer/pins.ts';

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

if (import.meta.main) {
  const file = join(import.meta.dirname, 'layer', 'actions.ts');
  // GitHub allows sixty requests an hour without a token; a run makes at most two per pin.
  const github = new Octokit({ auth: process.env.GITHUB_TOKEN });
  const entries = await Promise.all(
    Object.entries(pins).map(async ([name, { sha }]) => describeAction(name, sha, await fetchDescription(github, name, sha))),
  );
  const table = /(?<=^export const actions = \{\n).*(?=^\} as const)/ms;
  await writeFile(file, (await readFile(file, 'utf8')).replace(table, `${entries.join('\n')}\n`));
}
