import * as z from 'zod';
import { team } from '../../contract/team.ts';
import { defineCommand } from '../cli/command.ts';
import { image } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { assertDigest } from '../cli/image.ts';
import { issuer } from '../cli/options.ts';
import { verifySignature } from '../supply/cosign.ts';
import { keylessSigner, type Signer, signerText } from '../supply/signature.ts';

const signer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('identity'), identity: z.string(), issuer: z.string(), commit: z.string().exactOptional() }),
  z.strictObject({ kind: z.literal('key'), file: z.string(), log: z.boolean() }),
]);

export const verifyImage = defineCommand({
  name: 'verify-image',
  summary: 'verify with cosign that exactly this identity or key signed an image',
  args: { image: { doc: 'image by digest: NAME@sha256:…' } },
  flags: {
    identity: { type: 'string', doc: 'full identity of the signer: https://github.com/OWNER/NAME/.github/workflows/FILE@REF' },
    issuer,
    commit: { type: 'string', doc: 'with --identity: commit that the workflow of the signer ran on' },
    key: { type: 'string', doc: 'file of the public key, instead of an identity' },
    'no-log': { type: 'boolean', doc: 'with --key: the signatures are in no public transparency log' },
  },
  description: [
    'Calls cosign to verify that exactly one identity of exactly one OIDC provider, or one key, signed exactly this digest. It accepts no patterns, and passes no environment variable to cosign that would weaken the check. cosign must be on the PATH.',
  ],
  examples: [
    [
      `leyenda verify-image NAME@sha256:… --identity https://github.com/${team.repository}/.github/workflows/release.yml@refs/heads/main`,
      'keyless, as the release workflow signs',
    ],
    ['leyenda verify-image NAME@sha256:… --key cosign.pub', 'with a key'],
  ],
  exits: { unsigned: 'the given identity or key did not sign the image' },
  related: ['deploy'],
  document: { image, digest: z.string(), signer, signatures: z.int() },
  async run({ args, flags }, context) {
    const signer = signerOf(flags);
    const verified = await verifySignature(assertDigest(args.image), signer, context);
    const count = verified.signatures === 1 ? '' : ` (${verified.signatures} signatures)`;
    context.out.result(`${verified.digest} is signed by ${signerText(signer)}${count}`, verified);
    return exitCodes.ok;
  },
});

interface SignerFlags {
  readonly identity: string | undefined;
  readonly issuer: string;
  readonly commit: string | undefined;
  readonly key: string | undefined;
  readonly 'no-log': boolean;
}

/** @throws {Failure} `usage` unless exactly one of identity and key is given */
function signerOf({ identity, issuer, commit, key, 'no-log': noLog }: SignerFlags): Signer {
  if ((identity === undefined) === (key === undefined))
    throw new Failure('usage', 'the signer is not specified', 'give either --identity URL or --key FILE');
  if (key !== undefined && commit !== undefined)
    throw new Failure('usage', '--commit requires --identity', 'omit it: a signature by a key names no commit');
  if (key !== undefined) return { kind: 'key', file: key, log: !noLog };
  if (noLog) throw new Failure('usage', '--no-log requires --key', 'omit it: a keyless signature is always verified against the log');
  return keylessSigner(identity ?? '', issuer, commit);
}
