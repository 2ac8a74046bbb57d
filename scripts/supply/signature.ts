import { githubIssuer } from '../../contract/signing.ts';
import { Failure } from '../cli/failure.ts';
import { at, textAt } from '../values/json.ts';

/** The required signer; patterns are not supported. */
export type Signer =
  /** Keyless: the identity in the certificate, the OIDC provider that authenticated it, and the commit of the workflow's run. */
  | { readonly kind: 'identity'; readonly identity: string; readonly issuer: string; readonly commit?: string }
  /** A public key. `log: false`: its signatures are in no public transparency log. */
  | { readonly kind: 'key'; readonly file: string; readonly log: boolean };

/** @throws {Failure} `usage` for an empty identity, an issuer that is not an https URL, or an abbreviated commit */
export function keylessSigner(identity: string, issuer: string, commit?: string): Signer {
  if (identity.trim() === '') throw new Failure('usage', 'the identity is empty', 'give the full identity in the certificate');
  if (!URL.canParse(issuer) || new URL(issuer).protocol !== 'https:')
    throw new Failure('usage', `the issuer ${issuer} is not an https URL`, `give the URL of the OIDC provider, such as ${githubIssuer}`);
  if (commit !== undefined && !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new Failure('usage', `${commit} is not a commit`, 'give the full hash, as `git rev-parse HEAD` prints it');
  return { kind: 'identity', identity, issuer, ...(commit === undefined ? {} : { commit }) };
}

/** Attestations of an image (provenance, SBOM, a scan) are signed in the same way; only these two types sign the image itself. */
const signatureTypes = ['cosign container image signature', 'https://sigstore.dev/cosign/sign/v1'];

/** The signer in messages. */
export const signerText = (signer: Signer): string =>
  signer.kind === 'key'
    ? `the key ${signer.file}`
    : `${signer.identity} (${signer.issuer})${signer.commit === undefined ? '' : ` at ${signer.commit}`}`;

/**
 * Counts the signatures that cosign verified for this digest; exit code 0 alone is not sufficient.
 * @param output of `cosign verify --output json`
 * @throws {Failure} `unsigned` unless it is one list of payloads that all name this digest and signer, with at least one signature
 */
export function countSignatures(output: string, image: string, signer: Signer): number {
  const payloads = parsePayloads(output, image);
  const digest = digestIn(image);
  for (const payload of payloads) {
    const found = textAt(payload, 'critical', 'image', 'docker-manifest-digest');
    if (found !== digest) throw unsignedFailure(image, `cosign returned ${found ?? 'no digest'} instead of ${digest}`);
    const [subject, issuer] = [textAt(payload, 'optional', 'Subject'), textAt(payload, 'optional', 'Issuer')];
    const isOther =
      signer.kind === 'identity' && ((subject ?? signer.identity) !== signer.identity || (issuer ?? signer.issuer) !== signer.issuer);
    if (isOther) throw unsignedFailure(image, `signed by ${subject} (${issuer}) instead of ${signerText(signer)}`);
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
    // Reported below, with the actual output.
  }
  const text = output.trim();
  throw unsignedFailure(
    image,
    text === '' ? 'cosign printed nothing' : `cosign printed ${JSON.stringify(text.slice(0, 80))} instead of a list of signatures`,
  );
}

export const unsignedFailure = (image: string, why: string, options?: ErrorOptions): Failure =>
  new Failure(
    'unsigned',
    `the signature of ${image} could not be verified: ${why}`,
    'deploy a digest that the release workflow signed',
    options,
  );
