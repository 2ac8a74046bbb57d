/**
 * The actions that workflows may use: the release, and the commit of its tag at the time of the pin.
 * Change pins here; the rules compare the generated files with this table.
 */
export const pins = {
  'actions/attest': { version: 'v4.2.2', sha: '1e69f48acb82d1966a394da916b4c1698aa569d6' },
  'actions/checkout': { version: 'v7.0.1', sha: '3d3c42e5aac5ba805825da76410c181273ba90b1' },
  'actions/dependency-review-action': { version: 'v4.9.0', sha: '2031cfc080254a8a887f58cffee85186f0e49e48' },
  'actions/download-artifact': { version: 'v8.0.1', sha: '3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c' },
  'actions/setup-node': { version: 'v7.0.0', sha: '820762786026740c76f36085b0efc47a31fe5020' },
  'actions/upload-artifact': { version: 'v7.0.0', sha: 'bbbca2ddaa5d8feaa63e36b76fdaad77386f024f' },
  'aquasecurity/trivy-action': { version: 'v0.36.0', sha: 'ed142fd0673e97e23eac54620cfb913e5ce36c25' },
  'docker/build-push-action': { version: 'v7.3.0', sha: '53b7df96c91f9c12dcc8a07bcb9ccacbed38856a' },
  'docker/login-action': { version: 'v4.1.0', sha: '4907a6ddec9925e35a0a9e82d7399ccc52663121' },
  'docker/setup-buildx-action': { version: 'v4.3.0', sha: '37fe631027851001ddb9b187196cc803df7f5f0e' },
  'github/codeql-action/analyze': { version: 'v4.36.2', sha: '8aad20d150bbac5944a9f9d289da16a4b0d87c1e' },
  'github/codeql-action/init': { version: 'v4.36.2', sha: '8aad20d150bbac5944a9f9d289da16a4b0d87c1e' },
  'github/codeql-action/upload-sarif': { version: 'v4.36.2', sha: '8aad20d150bbac5944a9f9d289da16a4b0d87c1e' },
  'helm/kind-action': { version: 'v1.14.0', sha: 'ef37e7f390d99f746eb8b610417061a60e82a6cc' },
  'ossf/scorecard-action': { version: 'v2.4.4', sha: '2d1146689b8cda280b9bc96326124645441f03bc' },
  'sigstore/cosign-installer': { version: 'v4.1.2', sha: '6f9f17788090df1f26f669e9d70d6ae9567deba6' },
  'step-security/harden-runner': { version: 'v2.20.1', sha: 'b09bb98e06d4d774595224525879c09bc6e98c40' },
} as const satisfies Record<string, { readonly version: `v${string}`; readonly sha: string }>;
export type PinnedAction = keyof typeof pins;

/** Exact versions of the tools that actions install: a rerun of an old commit uses the same tools. */
export const tools = {
  buildx: 'v0.35.0',
  /** The release that belongs to the pinned commit of the action. */
  codeql: 'linked',
  cosign: 'v3.0.6',
  kind: 'v0.31.0',
  kubectl: 'v1.35.0',
  node: '26.10.0',
  trivy: 'v0.74.0',
} as const;

/** The label of every runner, with a version, because `ubuntu-latest` changes. */
export const runner = 'ubuntu-24.04';
