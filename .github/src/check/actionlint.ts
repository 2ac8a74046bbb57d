import { execFile } from 'node:child_process';
import { z } from 'zod';
import { type Verdict, workflowFolder } from './finding.ts';

const judge = 'actionlint';
const found = z.array(z.object({ filepath: z.string(), line: z.number(), message: z.string(), kind: z.string() })).nullable();

/**
 * What actionlint says of the files, by shellcheck of their scripts too where that is installed; skipped where it is not on PATH.
 * @param root folder of the repository
 * @throws when actionlint itself fails
 */
export async function judgeByActionlint(root: string, names: readonly string[], path = process.env.PATH): Promise<Verdict> {
  if (names.length === 0) return { judge, findings: [] };
  const files = names.map((name) => `${workflowFolder}/${name}`);
  const output = await run(['-format', '{{json .}}', '--', ...files], { cwd: root, env: { ...process.env, PATH: path } });
  if (output === undefined) return { judge, findings: [], skipped: 'not on PATH' };
  const findings = (found.parse(JSON.parse(output)) ?? []).map(({ filepath, line, message, kind }) => ({
    file: filepath,
    line,
    by: `${judge} (${kind})`,
    text: message,
  }));
  return { judge, findings };
}

/** What it printed; undefined where it is not installed. It ends with 1 where it found something, with more where it failed. */
const run = (args: readonly string[], options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) =>
  new Promise<string | undefined>((resolve, reject) => {
    execFile(judge, args, options, (error, stdout, stderr) => {
      if (error === null || error.code === 1) resolve(stdout);
      else if (error.code === 'ENOENT') resolve(undefined);
      else reject(new Error(`${judge} failed: ${stderr.trim()}`, { cause: error }));
    });
  });
