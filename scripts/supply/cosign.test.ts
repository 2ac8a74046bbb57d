import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { githubIssuer } from '../../contract/signing.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { createOutput } from '../cli/output.ts';
import { deploy } from '../commands/deploy.ts';
import { verifyImage } from '../commands/verify-image.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const image = `ghcr.io/example/app@${digest}`;
const identity = 'https://github.com/example/app/.github/workflows/release.yml@refs/heads/main';

/** The output of cosign for a signature; key signatures and bundles of cosign 3 have no subject. */
const payload = (given: { digest?: string; type?: string; optional?: object } = {}) => ({
  critical: {
    identity: { 'docker-reference': 'ghcr.io/example/app' },
    image: { 'docker-manifest-digest': given.digest ?? digest },
    type: given.type ?? 'https://sigstore.dev/cosign/sign/v1',
  },
  optional: given.optional ?? null,
});

const folder = mkdtempSync(join(tmpdir(), 'leyenda-cosign-'));
const [program, called] = [join(folder, 'cosign'), join(folder, 'called.json')];
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(called, { force: true }));

/** Installs a fake cosign with this output and exit code, which records its arguments. */
function fakeCosign({ stdout = '', stderr = '', code = 0 }: { stdout?: string; stderr?: string; code?: number }): void {
  const script = `
const settings = Object.keys(process.env).filter((name) => /^(COSIGN|SIGSTORE)_/.test(name));
require('node:fs').writeFileSync(${JSON.stringify(called)}, JSON.stringify({ args: process.argv.slice(2), settings }));
process.stdout.write(${JSON.stringify(stdout)});
process.stderr.write(${JSON.stringify(stderr)});
process.exitCode = ${code};`;
  writeFileSync(program, `#!${process.execPath}\n${script}\n`);
  chmodSync(program, 0o755);
}
const call = (): { args: string[]; settings: string[] } => JSON.parse(readFileSync(called, 'utf8'));

function context(env: Record<string, string> = {}) {
  const written: string[] = [];
  const streams = { stdout: { write: (text: string) => written.push(text) }, stderr: { write: () => true }, terminal: false };
  const PATH = [folder, process.env.PATH ?? ''].join(delimiter);
  return {
    written,
    given: {
      out: createOutput(streams, 'verify-image', true),
      signal: new AbortController().signal,
      env: { PATH, ...env },
      loadWorkflows: () => Promise.reject(new Error('not used')),
      loadRehearsal: () => Promise.reject(new Error('not used')),
    },
  };
}

interface VerifyOptions {
  readonly reference?: string;
  readonly env?: Record<string, string>;
  readonly flags?: { identity?: string | undefined; issuer?: string; commit?: string; key?: string; 'no-log'?: boolean };
}
async function verify({ reference = image, env = {}, flags = {} }: VerifyOptions = {}) {
  const { given, written } = context(env);
  const all = { identity, issuer: githubIssuer, commit: undefined, key: undefined, 'no-log': false, json: true, ...flags };
  const code = await verifyImage.run({ args: { image: reference }, flags: all }, given);
  return { code, report: JSON.parse(written.join('')) as unknown };
}

describe('leyenda verify-image', () => {
  test('reports the signer after a check of exactly that identity and issuer', async () => {
    fakeCosign({ stdout: `\n${JSON.stringify([payload(), payload({ optional: { Subject: identity, Issuer: githubIssuer } })])}\n` });
    expect(await verify()).toEqual({
      code: exitCodes.ok,
      report: {
        schema: 'leyenda/verify-image/v1',
        image,
        digest,
        signer: { kind: 'identity', identity, issuer: githubIssuer },
        signatures: 2,
      },
    });
    const identityFlags = [`--certificate-identity=${identity}`, `--certificate-oidc-issuer=${githubIssuer}`];
    expect(call().args).toEqual(['verify', '--output=json', ...identityFlags, '--', image]);
  });

  const commit = 'c0ffee'.padEnd(40, '0');

  test('requires that the signer ran on the given commit', async () => {
    fakeCosign({ stdout: JSON.stringify([payload()]) });
    expect(await verify({ flags: { commit } })).toMatchObject({ code: exitCodes.ok, report: { signer: { identity, commit } } });
    expect(call().args).toContain(`--certificate-github-workflow-sha=${commit}`);
  });

  test.each([
    ['an abbreviated commit', { commit: 'c0ffee' }, /is not a commit/],
    ['a commit for a key', { commit, identity: undefined, key: 'cosign.pub' }, /--commit requires --identity/],
  ])('rejects %s', async (_, flags, message) => {
    await expect(verify({ flags })).rejects.toThrow(message);
  });

  test.each([
    [true, ['--key=cosign.pub', '--private-infrastructure=true']],
    [false, ['--key=cosign.pub']],
  ])('checks a key instead (--no-log: %p)', async (noLog, flags) => {
    fakeCosign({ stdout: JSON.stringify([payload({ type: 'cosign container image signature' })]) });
    expect(await verify({ flags: { identity: undefined, key: 'cosign.pub', 'no-log': noLog } })).toMatchObject({ code: exitCodes.ok });
    expect(call().args).toEqual(['verify', '--output=json', ...flags, '--', image]);
  });

  test('passes no COSIGN or SIGSTORE variable to cosign', async () => {
    fakeCosign({ stdout: JSON.stringify([payload()]) });
    await verify({
      env: { COSIGN_CERTIFICATE_IDENTITY_REGEXP: '.*', COSIGN_INSECURE_IGNORE_TLOG: 'true', SIGSTORE_ROOT_FILE: '/tmp/mine' },
    });
    expect(call().settings).toEqual([]);
  });

  test.each([
    ['prints nothing', ''],
    ['prints an empty list', '[]'],
    ['prints null', 'null'],
    ['prints other text', 'Verification succeeded\n'],
    ['prints a line before the list', `warning: old format\n${JSON.stringify([payload()])}`],
    ['prints a line after the list', `${JSON.stringify([payload()])}\nerror decoding the payload: EOF`],
    ['prints a payload without a claim', JSON.stringify([payload(), {}])],
    ['returns another digest', JSON.stringify([payload({ digest: `sha256:${'b'.repeat(64)}` })])],
    ['returns another digest in addition', JSON.stringify([payload(), payload({ digest: `sha256:${'b'.repeat(64)}` })])],
    ['returns a prefix of the digest', JSON.stringify([payload({ digest: digest.slice(0, -1) })])],
    ['returns an attestation of the image, which is no signature', JSON.stringify([payload({ type: 'https://slsa.dev/provenance/v1' })])],
    ['returns another subject', JSON.stringify([payload({ optional: { Subject: `${identity}x`, Issuer: githubIssuer } })])],
    ['returns another issuer', JSON.stringify([payload({ optional: { Subject: identity, Issuer: 'https://gitlab.com' } })])],
  ])('throws unsigned for exit code 0 of a cosign that %s', async (_what, stdout) => {
    fakeCosign({ stdout });
    await expect(verify()).rejects.toMatchObject({ exitCode: exitCodes.unsigned });
  });

  test('throws unsigned with the error of a cosign that failed, even if it printed signatures', async () => {
    fakeCosign({ stdout: JSON.stringify([payload()]), stderr: 'WARNING: old\nError: no matching signatures\n\n', code: 12 });
    await expect(verify()).rejects.toMatchObject({
      exitCode: exitCodes.unsigned,
      message: `the signature of ${image} could not be verified: no matching signatures`,
    });
  });

  test.each(['ghcr.io/example/app:4.0.0', `--key=mine@${digest}`, `${image} `])('does not call cosign for %p', async (reference) => {
    fakeCosign({ stdout: JSON.stringify([payload()]) });
    await expect(verify({ reference })).rejects.toMatchObject({ exitCode: exitCodes.usage });
    expect(() => call()).toThrow('ENOENT');
  });

  test.each([
    ['no signer', { identity: undefined }],
    ['an identity and a key', { key: 'cosign.pub' }],
    ['an empty identity', { identity: ' ' }],
    ['an issuer that is not an https URL', { issuer: 'http://localhost' }],
    ['--no-log with an identity', { 'no-log': true }],
  ])('throws a usage failure for %s', async (_what, flags) => {
    fakeCosign({ stdout: JSON.stringify([payload()]) });
    await expect(verify({ flags })).rejects.toMatchObject({ exitCode: exitCodes.usage });
  });

  test('throws a usage failure when cosign is not installed', async () => {
    await expect(verify({ env: { PATH: join(folder, 'nothing') } })).rejects.toMatchObject({
      exitCode: exitCodes.usage,
      message: 'cosign is not on PATH',
    });
  });
});

test('leyenda deploy --signed-by rejects an image without that signature before it reads the kubeconfig', async () => {
  fakeCosign({ stderr: 'Error: no signatures found', code: 10 });
  const flags = {
    ...{ image, timeout: 1, soak: 0, wait: 0, evidence: undefined, json: true },
    ...{ 'dry-run': false, 'no-rollback': false, 'signed-by': identity, issuer: githubIssuer },
    ...{ github: false, 'github-comment': false },
  };
  const deploying = deploy.run({ args: { environment: 'production' }, flags }, context({ KUBECONFIG: '/nowhere' }).given);
  await expect(deploying).rejects.toMatchObject({ exitCode: exitCodes.unsigned, message: expect.stringContaining('no signatures found') });
});
