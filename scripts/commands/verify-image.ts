import { githubIssuer } from '../../contract/signing.ts';
import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { assertDigest } from '../cli/image.ts';
import { verifySignature } from '../supply/cosign.ts';
import { type Signer, signerText } from '../supply/signature.ts';

/** Tells who signed an image, or ends with the exit code for one that nobody is known to have signed. */
export const verifyImageCommand: Handlers['verify-image'] = async ({ args, flags }, context) => {
  const signer = signerOf(flags);
  const verified = await verifySignature(assertDigest(args.image), signer, context);
  const times = verified.signatures === 1 ? '' : ` (${verified.signatures} signatures)`;
  context.out.result(`${verified.digest} is signed by ${signerText(signer)}${times}`, verified);
  return exitCodes.ok;
};

interface SignerFlags {
  readonly identity?: string | undefined;
  readonly issuer: string;
  readonly key?: string | undefined;
  readonly 'no-log': boolean;
}

/** @throws {Failure} `usage` unless exactly one of identity and key is given, as something that cannot be a pattern */
export function signerOf({ identity, issuer, key, 'no-log': noLog }: SignerFlags): Signer {
  if ((identity === undefined) === (key === undefined))
    throw new Failure('usage', 'it is not said who must have signed', 'give either --identity URL or --key FILE');
  if (key !== undefined) return { kind: 'key', file: key, log: !noLog };
  if (noLog) throw new Failure('usage', '--no-log is for --key', 'a keyless signature is only worth what the public log says of it');
  return keyless(identity ?? '', issuer);
}

/** @throws {Failure} `usage` for an empty identity, or an issuer that is no https URL */
export function keyless(identity: string, issuer: string): Signer {
  if (identity.trim() === '') throw new Failure('usage', 'the identity is empty', 'give the one that the certificate names, in full');
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:')
    throw new Failure('usage', `the issuer ${issuer} is no https URL`, `give the OIDC provider in full, such as ${githubIssuer}`);
  return { kind: 'identity', identity, issuer };
}
