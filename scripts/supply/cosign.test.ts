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

/** What cosign writes for a signature; keyed ones and bundles of cosign 3 tell no subject. */
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

/** A program that is called cosign, says this and ends so; it writes down how it was called. */
function cosignThat({ stdout = '', stderr = '', code = 0 }: { stdout?: string; stderr?: string; code?: number }): void {
  const script = `
const loosened = Object.keys(process.env).filter((name) => /^(COSIGN|SIGSTORE)_/.test(name));
require('node:fs').writeFileSync(${JSON.stringify(called)}, JSON.stringify({ args: process.argv.slice(2), loosened }));
process.stdout.write(${JSON.stringify(stdout)});
process.stderr.write(${JSON.stringify(stderr)});
process.exitCode = ${code};`;
  writeFileSync(program, `#!${process.execPath}\n${script}\n`);
  chmodSync(program, 0o755);
}
const call = (): { args: string[]; loosened: string[] } => JSON.parse(readFileSync(called, 'utf8'));

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
    },
  };
}

interface Asked {
  readonly reference?: string;
  readonly env?: Record<string, string>;
  readonly flags?: { identity?: string | undefined; issuer?: string; key?: string; 'no-log'?: boolean };
}
async function verify({ reference = image, env = {}, flags = {} }: Asked = {}) {
  const { given, written } = context(env);
  const all = { identity, issuer: githubIssuer, key: undefined, 'no-log': false, json: true, ...flags };
  const code = await verifyImage.run({ args: { image: reference }, flags: all }, given);
  return { code, report: JSON.parse(written.join('')) as unknown };
}

describe('leyenda verify-image', () => {
  test('tells who signed, after it asked for exactly that identity and issuer', async () => {
    cosignThat({ stdout: `\n${JSON.stringify([payload(), payload({ optional: { Subject: identity, Issuer: githubIssuer } })])}\n` });
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

  test.each([
    [true, ['--key=cosign.pub', '--private-infrastructure=true']],
    [false, ['--key=cosign.pub']],
  ])('asks for a key instead (without a public log: %p)', async (noLog, flags) => {
    cosignThat({ stdout: JSON.stringify([payload({ type: 'cosign container image signature' })]) });
    expect(await verify({ flags: { identity: undefined, key: 'cosign.pub', 'no-log': noLog } })).toMatchObject({ code: exitCodes.ok });
    expect(call().args).toEqual(['verify', '--output=json', ...flags, '--', image]);
  });

  test('keeps from cosign what could loosen the question', async () => {
    cosignThat({ stdout: JSON.stringify([payload()]) });
    await verify({
      env: { COSIGN_CERTIFICATE_IDENTITY_REGEXP: '.*', COSIGN_INSECURE_IGNORE_TLOG: 'true', SIGSTORE_ROOT_FILE: '/tmp/mine' },
    });
    expect(call().loosened).toEqual([]);
  });

  test.each([
    ['says nothing', ''],
    ['says there is none', '[]'],
    ['says null', 'null'],
    ['says something else', 'Verification succeeded\n'],
    ['has a line before the list', `warning: old format\n${JSON.stringify([payload()])}`],
    ['has a line behind the list', `${JSON.stringify([payload()])}\nerror decoding the payload: EOF`],
    ['has a payload without a claim', JSON.stringify([payload(), {}])],
    ['answers for another digest', JSON.stringify([payload({ digest: `sha256:${'b'.repeat(64)}` })])],
    ['answers for another digest too', JSON.stringify([payload(), payload({ digest: `sha256:${'b'.repeat(64)}` })])],
    ['answers for a digest that only begins so', JSON.stringify([payload({ digest: digest.slice(0, -1) })])],
    ['found a statement about the image, which is no signature', JSON.stringify([payload({ type: 'https://slsa.dev/provenance/v1' })])],
    ['names another subject', JSON.stringify([payload({ optional: { Subject: `${identity}x`, Issuer: githubIssuer } })])],
    ['names another issuer', JSON.stringify([payload({ optional: { Subject: identity, Issuer: 'https://gitlab.com' } })])],
  ])('does not believe the exit status 0 of a cosign that %s', async (_what, stdout) => {
    cosignThat({ stdout });
    await expect(verify()).rejects.toMatchObject({ exitCode: exitCodes.unsigned });
  });

  test('does not believe a list of signatures when cosign failed, and says why it did', async () => {
    cosignThat({ stdout: JSON.stringify([payload()]), stderr: 'WARNING: old\nError: no matching signatures\n\n', code: 12 });
    await expect(verify()).rejects.toMatchObject({
      exitCode: exitCodes.unsigned,
      message: `${image} is not known to be signed: no matching signatures`,
    });
  });

  test.each(['ghcr.io/example/app:4.0.0', `--key=mine@${digest}`, `${image} `])('does not ask about %p', async (reference) => {
    cosignThat({ stdout: JSON.stringify([payload()]) });
    await expect(verify({ reference })).rejects.toMatchObject({ exitCode: exitCodes.usage });
    expect(() => call()).toThrow('ENOENT');
  });

  test.each([
    ['nobody', { identity: undefined }],
    ['an identity and a key', { key: 'cosign.pub' }],
    ['an empty identity', { identity: ' ' }],
    ['an issuer that is no https URL', { issuer: 'http://localhost' }],
    ['a keyless signature that no log has', { 'no-log': true }],
  ])('wants to know who signed: %s will not do', async (_what, flags) => {
    cosignThat({ stdout: JSON.stringify([payload()]) });
    await expect(verify({ flags })).rejects.toMatchObject({ exitCode: exitCodes.usage });
  });

  test('says so where there is no cosign', async () => {
    await expect(verify({ env: { PATH: join(folder, 'nothing') } })).rejects.toMatchObject({
      exitCode: exitCodes.usage,
      message: 'cosign is not on PATH',
    });
  });
});

test('leyenda deploy --signed-by refuses an image without that signature before it looks for a cluster', async () => {
  cosignThat({ stderr: 'Error: no signatures found', code: 10 });
  const flags = {
    ...{ image, timeout: 1, soak: 0, wait: 0, evidence: undefined, json: true },
    ...{ 'dry-run': false, 'no-rollback': false, 'signed-by': identity, issuer: githubIssuer },
    ...{ github: false, 'github-comment': false },
  };
  const deploying = deploy.run({ args: { environment: 'production' }, flags }, context({ KUBECONFIG: '/nowhere' }).given);
  await expect(deploying).rejects.toMatchObject({ exitCode: exitCodes.unsigned, message: expect.stringContaining('no signatures found') });
});
