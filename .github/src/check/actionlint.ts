import { execFile } from 'node:child_process';
import { z } from 'zod';
import type { CheckReport } from '../../../scripts/cli/context.ts';
import { workflowFolder } from './repository.ts';

const checker = 'actionlint';
const report = z.array(z.object({ filepath: z.string(), line: z.number(), message: z.string(), kind: z.string() })).nullable();

/**
 * Runs actionlint, which also runs shellcheck on the scripts if that is installed; skipped if actionlint is not on PATH.
 * @param root folder of the repository
 * @throws if actionlint itself fails
 */
export async function checkWithActionlint(root: string, names: readonly string[], path = process.env.PATH): Promise<CheckReport> {
  if (names.length === 0) return { checker, findings: [] };
  const files = names.map((name) => `${workflowFolder}/${name}`);
  const output = await run(['-format', '{{json .}}', '--', ...files], { cwd: root, env: { ...process.env, PATH: path } });
  if (output === undefined) return { checker, findings: [], skipped: 'not on PATH' };
  const findings = (report.parse(JSON.parse(output)) ?? []).map(({ filepath, line, message, kind }) => ({
    file: filepath,
    line,
    checker: `${checker} (${kind})`,
    text: message,
  }));
  return { checker, findings };
}

/** Its output; undefined if it is not installed. Exit code 1 means findings, higher codes an error. */
const run = (args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) =>
  new Promise<string | undefined>((resolve, reject) => {
    execFile(checker, args, options, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(undefined);
      else reject(new Error(`${checker} failed: ${stderr.trim()}`, { cause: error }));
    });
  });
