import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import type { Context } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { countSignatures, digestIn, type Signer, unsignedFailure } from './signature.ts';

export interface VerifiedImage {
  readonly image: string;
  readonly digest: string;
  readonly signer: Signer;
  /** Number of verified signatures of the signer. */
  readonly signatures: number;
}

/**
 * Runs `cosign` to verify the signer of an image.
 * @param image by digest
 * @throws {Failure} `unsigned` unless a signature of exactly this signer for exactly this digest is verified; `usage` without cosign
 */
export async function verifySignature(
  image: string,
  signer: Signer,
  { env, signal }: Pick<Context, 'env' | 'signal'>,
): Promise<VerifiedImage> {
  const { code, stdout, stderr } = await run(
    'cosign',
    ['verify', '--output=json', ...flagsOf(signer), '--', image],
    withoutCosignSettings(env),
    signal,
  );
  if (code !== 0) throw unsignedFailure(image, lastLine(stderr) ?? `cosign exited with ${code}`);
  return { image, digest: digestIn(image), signer, signatures: countSignatures(stdout, image, signer) };
}

/** Flag and value are one word, so a value cannot be parsed as a flag. */
const flagsOf = (signer: Signer): string[] =>
  signer.kind === 'key'
    ? [`--key=${signer.file}`, ...(signer.log ? [] : ['--private-infrastructure=true'])]
    : [
        `--certificate-identity=${signer.identity}`,
        `--certificate-oidc-issuer=${signer.issuer}`,
        ...(signer.commit === undefined ? [] : [`--certificate-github-workflow-sha=${signer.commit}`]),
      ];

/**
 * Removes variables that could weaken the check: cosign reads every flag from COSIGN_<FLAG> too, such as
 * COSIGN_CERTIFICATE_IDENTITY_REGEXP, and its roots of trust from SIGSTORE_*.
 */
const withoutCosignSettings = (env: Context['env']): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(COSIGN|SIGSTORE)_/i.test(name)));

const lastLine = (output: string): string | undefined =>
  output
    .split('\n')
    .map((line) => line.trim().replace(/^Error: /, ''))
    .filter((line) => line !== '')
    .at(-1);

async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal) {
  const child = spawn(program, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
  const { promise: closed, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', (error: NodeJS.ErrnoException) => reject(error.code === 'ENOENT' ? notInstalled(error) : error));
  child.on('close', (code) => resolve(code ?? -1));
  const [code, stdout, stderr] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}

const notInstalled = (cause: Error): Failure =>
  new Failure('usage', 'cosign is not on PATH', 'install cosign 3 from https://docs.sigstore.dev/cosign/system_config/installation', {
    cause,
  });
