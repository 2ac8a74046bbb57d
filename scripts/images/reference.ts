/** An image by tag, with the digest of the tag if it is pinned. */
export interface ImageReference {
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string | undefined;
}

const pattern =
  /^(?<host>[a-z0-9.-]+(?::\d+)?)\/(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*):(?<tag>\w[\w.-]*)(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/** @throws unless the reference names host, repository and tag */
export function parseReference(text: string): ImageReference {
  const { host, repository, tag, digest } = pattern.exec(text)?.groups ?? {};
  if (host === undefined || repository === undefined || tag === undefined)
    throw new Error(`${text} is not HOST/REPOSITORY:TAG or HOST/REPOSITORY:TAG@sha256:…`);
  return { host, repository, tag, digest };
}

export const referenceText = ({ host, repository, tag, digest }: ImageReference): string =>
  `${host}/${repository}:${tag}${digest === undefined ? '' : `@${digest}`}`;
