import type { actions } from '../../.github/src/layer/actions.ts';
import type { PinnedAction } from '../../.github/src/layer/pins.ts';

/** What runs in place of an action. */
export interface Shim<Input extends string = string, Output extends string = string> {
  /** Bash program in `scripts/rehearsal/steps`. It receives each input as INPUT_NAME and writes its outputs to GITHUB_OUTPUT. */
  readonly program: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
  /** One clause for the list of replaced actions: what the program does instead. */
  readonly instead: string;
}

type ShimOf<N extends PinnedAction> = Shim<Extract<keyof (typeof actions)[N]['inputs'], string>, (typeof actions)[N]['outputs'][number]>;

const notRun = (what: string) => ({ program: 'not-run', inputs: [], outputs: [], instead: `does nothing: ${what}` }) as const;

/** A shim for each pinned action. An action without one, or an input that the action does not declare, is a compile error. */
export const shims: { readonly [N in PinnedAction]: ShimOf<N> } = {
  'actions/attest': {
    program: 'attest',
    inputs: ['subject-name', 'subject-digest', 'sbom-path'],
    outputs: [],
    instead: 'signs the statement with the key of the rehearsal and pushes it; no public log',
  },
  'actions/checkout': {
    program: 'checkout',
    inputs: ['persist-credentials', 'ref', 'fetch-depth'],
    outputs: [],
    instead: 'fetches the rehearsed commit from a local repository',
  },
  'actions/dependency-review-action': notRun("the database of advisories is GitHub's"),
  'actions/download-artifact': {
    program: 'download-artifact',
    inputs: ['name', 'path'],
    outputs: [],
    instead: 'copies from a local folder',
  },
  'actions/setup-node': {
    program: 'setup-node',
    inputs: ['node-version'],
    outputs: [],
    instead: 'takes the Node that runs the rehearsal, and fails if its version is another',
  },
  'actions/upload-artifact': {
    program: 'upload-artifact',
    inputs: ['name', 'path', 'if-no-files-found'],
    outputs: [],
    instead: 'copies to a local folder; a second upload of a name fails, as on GitHub',
  },
  'aquasecurity/setup-trivy': notRun('trivy comes from PATH'),
  'aquasecurity/trivy-action': {
    program: 'trivy',
    inputs: ['image-ref', 'input', 'format', 'output', 'severity', 'ignore-unfixed', 'exit-code', 'scanners'],
    outputs: [],
    instead: 'runs trivy from PATH; without trivy or its database nothing is scanned, and the summary says so',
  },
  'aws-actions/configure-aws-credentials': notRun('the rehearsal logs in by OIDC'),
  'docker/build-push-action': {
    program: 'build-push',
    inputs: ['context', 'outputs', 'provenance', 'sbom', 'build-args'],
    outputs: ['digest'],
    instead: 'runs docker buildx build; without a Docker daemon buildah, which adds no provenance and no SBOM',
  },
  'docker/login-action': notRun('the local registry has no accounts'),
  'docker/setup-buildx-action': notRun('the builder of this machine builds'),
  'github/codeql-action/analyze': notRun('CodeQL is not installed'),
  'github/codeql-action/init': notRun('CodeQL is not installed'),
  'github/codeql-action/upload-sarif': {
    program: 'upload-sarif',
    inputs: ['sarif_file', 'category'],
    outputs: [],
    instead: 'checks that the file is SARIF and counts its results; uploads nothing',
  },
  'google-github-actions/auth': notRun('the rehearsal logs in by OIDC'),
  'helm/kind-action': {
    program: 'kind',
    inputs: [],
    outputs: [],
    instead: 'creates no cluster, and the summary says that the job did not run',
  },
  'ossf/scorecard-action': notRun('it scores a repository on GitHub'),
  'sigstore/cosign-installer': {
    program: 'cosign-installer',
    inputs: [],
    outputs: [],
    instead: 'takes cosign from PATH, which signs and verifies with the key of the rehearsal',
  },
  'step-security/harden-runner': {
    program: 'start-job',
    inputs: [],
    outputs: [],
    instead: 'lets the job request OIDC tokens from the rehearsal; audits no traffic',
  },
};
