import { execFile } from 'node:child_process';
import { z } from 'zod';
import type { CheckReport } from '../../../scripts/cli/context.ts';
import { workflowFolder } from './workflow-folder.ts';

const checker = 'actionlint';
const found = z.array(z.object({ filepath: z.string(), line: z.number(), message: z.string(), kind: z.string() })).nullable();

/**
 * What actionlint says of the files, by shellcheck of their scripts too where that is installed; skipped where it is not on PATH.
 * @param root folder of the repository
 * @throws when actionlint itself fails
 */
export async function checkWithActionlint(root: string, names: readonly string[], path = process.env.PATH): Promise<CheckReport> {
  if (names.length === 0) return { checker, findings: [] };
  const files = names.map((name) => `${workflowFolder}/${name}`);
  const output = await run(['-format', '{{json .}}', '--', ...files], { cwd: root, env: { ...process.env, PATH: path } });
  if (output === undefined) return { checker, findings: [], skipped: 'not on PATH' };
  const findings = (found.parse(JSON.parse(output)) ?? []).map(({ filepath, line, message, kind }) => ({
    file: filepath,
    line,
    checker: `${checker} (${kind})`,
    text: message,
  }));
  return { checker, findings };
}

/** What it printed; undefined where it is not installed. It ends with 1 where it found something, with more where it failed. */
const run = (args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) =>
  new Promise<string | undefined>((resolve, reject) => {
    execFile(checker, args, options, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(undefined);
      else reject(new Error(`${checker} failed: ${stderr.trim()}`, { cause: error }));
    });
  });
