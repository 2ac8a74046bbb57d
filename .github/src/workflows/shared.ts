import { product } from '../../../contract/product.ts';
import { type Expression, github, text } from '../layer/expression.ts';
import type { Access } from '../layer/permissions.ts';
import { runner, tools } from '../layer/pins.ts';
import type { Steps } from '../layer/steps.ts';

/** Names of what one job hands to another. */
export const artifacts = { image: 'image', sbom: 'sbom', tool: 'leyenda' } as const;

/** Most jobs: this runner, this long at most. */
export const onRunner = (minutes: number) => ({ runner, minutes }) as const;

/** Steps of a job that may read the repository. */
export type ReadSteps = Steps<{ readonly contents: Access }>;
/** Steps of a job that may put findings into the repository's security tab. */
export type SecurityReportSteps = Steps<{ readonly 'security-events': 'write' }>;

/** The commit's files, without leaving a credential behind. */
export const checkout = (steps: ReadSteps) =>
  steps.uses('actions/checkout', { name: 'Check out the commit', with: { 'persist-credentials': false } });

/** Node alone: no cache is restored, since another run may have written it. */
export const setupNode = (steps: Steps) =>
  steps.uses('actions/setup-node', {
    name: 'Set up Node.js',
    with: { 'node-version': tools.node, 'package-manager-cache': false },
  });

/** The commit's files and the packages that its lock file names. */
export function install(steps: ReadSteps): void {
  checkout(steps);
  setupNode(steps);
  steps.run({ name: 'Install packages', run: 'npm ci' });
}

/** Where the built image stands as an OCI layout: both Trivy and skopeo read it, and no registry has it yet. */
export const imageLayout = 'build/image';

/**
 * Builds the image with its SBOM and provenance inside, and pushes it nowhere.
 * @returns the outputs of the build, the digest among them
 */
export function buildImage(steps: Steps) {
  steps.uses('docker/setup-buildx-action', {
    name: 'Set up buildx',
    with: { version: tools.buildx, 'cache-binary': false },
  });
  return steps.uses('docker/build-push-action', {
    name: 'Build the image',
    id: 'build',
    with: {
      context: '.',
      push: false,
      outputs: `type=oci,tar=false,dest=${imageLayout}`,
      provenance: 'mode=max',
      sbom: true,
      'build-args': text`VERSION=${product.version}
REVISION=${github.sha}
SOURCE=${github.serverUrl}/${github.repository}`,
    },
  });
}

const trivy = { version: tools.trivy, cache: false, scanners: 'vuln' } as const;
/** What Trivy looks at: the built image by its digest, in the layout. */
export const builtImage = (digest: Expression) => ({ ...trivy, input: text`${imageLayout}@${digest}` });
/** What Trivy looks at: an image in the registry, by its name and digest. */
export const pushedImage = (image: Expression) => ({ ...trivy, 'image-ref': image });

/** Where the findings stand in the security tab, and when they are put there. */
interface Report {
  readonly category: string;
  readonly if?: Expression;
}

/** Lists every finding in the repository's security tab, then fails on one that is HIGH or CRITICAL and has a fix. */
export function scanImage(
  steps: SecurityReportSteps,
  image: ReturnType<typeof builtImage> | ReturnType<typeof pushedImage>,
  { category, ...upload }: Report,
): void {
  steps.uses('aquasecurity/trivy-action', {
    name: 'Report vulnerabilities',
    with: { ...image, format: 'sarif', output: 'trivy.sarif', 'exit-code': 0 },
  });
  steps.uses('github/codeql-action/upload-sarif', {
    name: 'Upload the report',
    ...upload,
    with: { sarif_file: 'trivy.sarif', category },
  });
  steps.uses('aquasecurity/trivy-action', {
    name: 'Refuse fixable HIGH and CRITICAL vulnerabilities',
    with: { ...image, 'skip-setup-trivy': true, format: 'table', severity: 'HIGH,CRITICAL', 'ignore-unfixed': true, 'exit-code': 1 },
  });
}

/** Fetches the layout that an earlier job built, and stops if it is not the image of that digest. */
export function downloadImage(steps: Steps, digest: Expression): void {
  steps.uses('actions/download-artifact', { name: 'Fetch the image', with: { name: artifacts.image, path: imageLayout } });
  steps.run({
    name: 'The image is the one that was built',
    env: { DIGEST: digest },
    run: `test "$(jq --raw-output '.manifests[].digest' ${imageLayout}/index.json)" = "$DIGEST"
cd ${imageLayout}/blobs/sha256
sha256sum --check --strict <<< "\${DIGEST#sha256:}  \${DIGEST#sha256:}"`,
  });
}

export const login = (steps: Steps<{ readonly packages: Access }>) =>
  steps.uses('docker/login-action', {
    name: 'Log in to the registry',
    with: { registry: 'ghcr.io', username: github.actor, password: github.token },
  });
