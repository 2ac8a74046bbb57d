import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { Failure } from '../cli/failure.ts';

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
}

/** Runs a program to its end. @returns its output @throws with the end of its standard error if it fails */
export async function run(program: string, args: readonly string[], { cwd, env, input }: ProgramOptions = {}): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const { promise: closed, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? -1));
  // A program may end before it has read its input; its exit code has the reason.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${program} ${args.slice(0, 3).join(' ')} exited with ${code}: ${stderr.trim().slice(-400)}`);
  return stdout;
}

const sources: Readonly<Record<string, string>> = {
  act: 'go install github.com/nektos/act@v0.2.89',
  cosign: 'go install github.com/sigstore/cosign/v3/cmd/cosign@v3.0.6',
  git: 'install git',
  jq: 'install jq',
  kubectl: 'install kubectl',
  skopeo: 'install skopeo',
};
/** @throws {Failure} `usage` with the first program that is missing, and where it comes from */
export async function assertPrograms(env: NodeJS.ProcessEnv): Promise<void> {
  for (const [program, source] of Object.entries(sources))
    await run('bash', ['-c', 'command -v "$0"', program], { env }).catch((cause: unknown) => {
      throw new Failure('usage', `${program} is not on PATH`, source, { cause });
    });
}
