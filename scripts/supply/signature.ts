import { githubIssuer } from '../../contract/signing.ts';
import { Failure } from '../cli/failure.ts';
import { at, textAt } from '../values/json.ts';

/** Who must have signed, exactly: nobody can ask for a pattern. */
export type Signer =
  /** A keyless signature: the workflow (or person) that the certificate names, and the OIDC provider that vouched for it. */
  | { readonly kind: 'identity'; readonly identity: string; readonly issuer: string }
  /** A public key. `log: false`: its signatures stand in no public transparency log. */
  | { readonly kind: 'key'; readonly file: string; readonly log: boolean };

/** @throws {Failure} `usage` for an empty identity, or an issuer that is not an https URL */
export function keylessSigner(identity: string, issuer: string): Signer {
  if (identity.trim() === '') throw new Failure('usage', 'the identity is empty', 'give the full identity in the certificate');
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:')
    throw new Failure('usage', `the issuer ${issuer} is not an https URL`, `give the URL of the OIDC provider, such as ${githubIssuer}`);
  return { kind: 'identity', identity, issuer };
}

/** Statements about an image are signed in the same way (provenance, SBOM, a scan); only these two say that the image itself is meant. */
const signatureTypes = ['cosign container image signature', 'https://sigstore.dev/cosign/sign/v1'];

/** As people say it. */
export const signerText = (signer: Signer): string =>
  signer.kind === 'key' ? `the key ${signer.file}` : `${signer.identity} (${signer.issuer})`;

/**
 * How many signatures of the signer cosign has verified for this very digest. Its exit status alone is not believed.
 * @param output what `cosign verify --output json` wrote
 * @throws {Failure} `unsigned` for anything but one list of payloads that all are about this digest and signer, a signature among them
 */
export function countSignatures(output: string, image: string, signer: Signer): number {
  const payloads = parsePayloads(output, image);
  const digest = digestIn(image);
  for (const payload of payloads) {
    const found = textAt(payload, 'critical', 'image', 'docker-manifest-digest');
    if (found !== digest) throw unsignedFailure(image, `cosign answered for ${found ?? 'no digest'}, not for ${digest}`);
    const [subject, issuer] = [textAt(payload, 'optional', 'Subject'), textAt(payload, 'optional', 'Issuer')];
    const isOther =
      signer.kind === 'identity' && ((subject ?? signer.identity) !== signer.identity || (issuer ?? signer.issuer) !== signer.issuer);
    if (isOther) throw unsignedFailure(image, `signed by ${subject} (${issuer}), not by ${signerText(signer)}`);
  }
  const count = payloads.filter((payload) => signatureTypes.includes(textAt(payload, 'critical', 'type') ?? '')).length;
  if (count === 0) throw unsignedFailure(image, `cosign verified no signature of ${signerText(signer)}`);
  return count;
}

/** `sha256:…` of a reference by digest. */
export const digestIn = (image: string): string => image.slice(image.indexOf('@') + 1);

function parsePayloads(output: string, image: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(output);
    if (Array.isArray(parsed) && parsed.every((each) => at(each, 'critical') !== undefined)) return parsed;
  } catch {
    // Told below, with what came instead.
  }
  const text = output.trim();
  throw unsignedFailure(
    image,
    text === '' ? 'cosign answered nothing' : `cosign answered no list of signatures but ${JSON.stringify(text.slice(0, 80))}`,
  );
}

/** The failure that every doubt ends in. */
export const unsignedFailure = (image: string, why: string, options?: ErrorOptions): Failure =>
  new Failure('unsigned', `${image} is not known to be signed: ${why}`, 'roll out a digest that the release workflow signed', options);
