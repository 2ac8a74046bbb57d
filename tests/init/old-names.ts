/** Names, hosts, registry and repository of this product. */
const oldNames =
  /yourapp\.(?:com|crt|key)|leyenda\/leyenda|ghcr\.io\/leyenda|instagram-captions|Instagram Captions API|captions-(?:alerts|staging)/g;

/** Files that keep them: what is about the guides, and texts that a team edits. */
const allowed = [
  // The deployments of the guides, for comparison, and the mapping of their requirements.
  /(?:^|\/)references?(?:\/|\.ts$)/,
  /reference-instagram-captions/,
  /^docs\/(?:coverage|guides|host)\.md$/,
  /^scripts\/docs\//,
  /^manifests\/environments\/index\.ts$/,
  /^manifests\/targets\/host\//,
  /^manifests\/policies\/examples\/valid-objects\.ts$/,
  // Texts of people, and the package, which is not published.
  /^(?:README|CHANGELOG|CONTRIBUTING)(?:\.es)?\.md$/,
  /^docs\//,
  /^package(?:-lock)?\.json$/,
  // Tests and examples in comments.
  /\.test\.ts$|^tests\/|\/testing\/|\/recorded\//,
  /^scripts\/(?:cli\/document-fields|cluster\/objects|rollout\/status\/drift)\.ts$/,
];
/** Generated documents that have no reason to keep them. */
const generated = /^docs\/(?:configuration|workflows|rehearsal|clusters|your-product|endpoints|errors)\.md$/;

/** @returns the old names in files that should follow the new product, as `path: name` */
export const oldNamesIn = (paths: readonly string[], read: (path: string) => string): string[] =>
  paths
    .filter((path) => generated.test(path) || !allowed.some((pattern) => pattern.test(path)))
    .flatMap((path) => [...new Set(read(path).match(oldNames))].map((name) => `${path}: ${name}`));
