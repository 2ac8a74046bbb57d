import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { pins } from '../../.github/src/layer/pins.ts';
import { type Shim, shims } from './shims.ts';

export const stepsFolder = join(import.meta.dirname, 'steps');

/** `github/codeql-action/init` is the folder `init` of the repository `github/codeql-action`. */
const repositoryOf = (action: string) => action.split('/').slice(0, 2).join('/');

/** The `action.yml` of a shim: a composite action of one step. */
export function actionFile(action: string, { program, inputs, outputs, instead }: Shim): string {
  return stringify({
    name: action,
    description: `Shim: ${instead}`,
    inputs: Object.fromEntries(inputs.map((name) => [name, { description: name, required: false }])),
    outputs: Object.fromEntries(outputs.map((name) => [name, { description: name, value: `\${{ steps.shim.outputs.${name} }}` }])),
    runs: {
      using: 'composite',
      steps: [
        {
          id: 'shim',
          shell: 'bash',
          // Not by the shell's own quoting: a path may contain spaces.
          run: `exec "$REHEARSAL_STEPS/${program}"`,
          env: { ACTION: action, ...Object.fromEntries(inputs.map((name) => [variableOf(name), `\${{ inputs.${name} }}`])) },
        },
      ],
    },
  });
}

const variableOf = (input: string) => `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;

/**
 * Writes an action for each pin below `folder`.
 * @returns the options of act that replace the pinned actions by them
 */
export async function writeShims(folder: string): Promise<readonly string[]> {
  const repositories = new Map<string, string>();
  for (const [action, { sha }] of Object.entries(pins)) {
    const shim = Object.entries(shims).find(([name]) => name === action)?.[1];
    if (shim === undefined) throw new Error(`no shim for ${action}`);
    await mkdir(join(folder, action), { recursive: true });
    await writeFile(join(folder, action, 'action.yml'), actionFile(action, shim));
    repositories.set(`${repositoryOf(action)}@${sha}`, join(folder, repositoryOf(action)));
  }
  return [...repositories].flatMap(([pin, path]) => ['--local-repository', `${pin}=${path}`]);
}
