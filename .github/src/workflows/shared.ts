import { imageName, registryHost } from '../../../contract/product.ts';
import { allOf, type Expression, github, registryPassword, text, vars } from '../layer/expression.ts';
import type { Access } from '../layer/permissions.ts';
import { runner, tools } from '../layer/pins.ts';
import type { Steps } from '../layer/steps.ts';
import { hasCodeSecurity } from './delivery.ts';

/** Names of the artifacts between jobs. */
export const artifacts = { image: 'image', sbom: 'sbom', tool: 'leyenda' } as const;

/** Name of the image, in Bash: registries accept lower case only. */
export const registryName = imageName(`\${GITHUB_REPOSITORY,,}`);

/** Runner and time limit of a job. */
export const onRunner = (minutes: number) => ({ runner, minutes }) as const;

/** Steps of a job that may read the repository. */
export type ReadSteps = Steps<{ readonly contents: Access }>;
/** Steps of a job that may upload findings to the security tab. */
export type SecurityReportSteps = Steps<typeof reportPermissions>;
/** Permissions to upload findings. */
export const reportPermissions = { 'security-events': 'write', actions: 'read' } as const;

/** Checks out the commit without keeping a credential. @param history `all`: with every commit and tag */
export const checkout = (steps: ReadSteps, history?: 'all') =>
  steps.uses('actions/checkout', {
    name: 'Check out the commit',
    with: { 'persist-credentials': false, ...(history === undefined ? {} : { 'fetch-depth': 0 }) },
  });

/** Without a cache, because another run may have written it. */
export const setupNode = (steps: Steps) =>
  steps.uses('actions/setup-node', {
    name: 'Set up Node.js',
    with: { 'node-version': tools.node, 'package-manager-cache': false },
  });

/** Checks out the commit and installs the packages of its lock file. */
export function install(steps: ReadSteps): void {
  checkout(steps);
  setupNode(steps);
  steps.run({ name: 'Install packages', run: 'npm ci' });
}

/** Folder of the built image as an OCI layout, which Trivy and skopeo read, before it is in a registry. */
export const imageLayout = 'build/image';

/**
 * Builds the image with SBOM and provenance attestations, without pushing it.
 * @param version label of the image
 * @returns the outputs of the build, including the digest
 */
export function buildImage(steps: Steps, version: string | Expression) {
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
      'build-args': text`VERSION=${version}
REVISION=${github.sha}
SOURCE=${github.serverUrl}/${github.repository}`,
    },
  });
}

const trivy = { version: tools.trivy, cache: false, scanners: 'vuln' } as const;
/** Flags of Trivy with which vulnerabilities stop a release. */
export const vulnerabilityGate = { severity: 'HIGH,CRITICAL', 'ignore-unfixed': true, 'exit-code': 1 } as const;
/** Trivy inputs for the built image by digest, in the layout. */
export const builtImage = (digest: Expression) => ({ ...trivy, input: text`${imageLayout}@${digest}` });
/** Trivy inputs for an image in the registry, by name and digest. */
export const pushedImage = (image: Expression) => ({ ...trivy, 'image-ref': image });

/** Category in the security tab, and a further condition of the upload. */
interface Report {
  readonly category: string | Expression;
  readonly if?: Expression;
}

type ScannedImage = ReturnType<typeof builtImage> | ReturnType<typeof pushedImage>;

/** Uploads every finding to the security tab. */
export function reportVulnerabilities(steps: SecurityReportSteps, image: ScannedImage, { category, if: condition }: Report): void {
  steps.uses('aquasecurity/trivy-action', {
    name: 'Report vulnerabilities',
    with: { ...image, format: 'sarif', output: 'trivy.sarif', 'exit-code': 0 },
  });
  steps.uses('github/codeql-action/upload-sarif', {
    name: 'Upload the report',
    if: condition === undefined ? hasCodeSecurity : allOf(condition, hasCodeSecurity),
    with: { sarif_file: 'trivy.sarif', category },
  });
}

/** Uploads every finding to the security tab, then fails on a HIGH or CRITICAL vulnerability with a fix. */
export function scanImage(steps: SecurityReportSteps, image: ScannedImage, report: Report): void {
  reportVulnerabilities(steps, image, report);
  steps.uses('aquasecurity/trivy-action', {
    name: 'Fail on fixable HIGH and CRITICAL vulnerabilities',
    with: { ...image, 'skip-setup-trivy': true, format: 'table', ...vulnerabilityGate },
  });
}

/** Downloads the layout of an earlier job, and fails if it is not the image of that digest. */
export function downloadImage(steps: Steps, digest: Expression): void {
  steps.uses('actions/download-artifact', { name: 'Download the image', with: { name: artifacts.image, path: imageLayout } });
  steps.run({
    name: 'Verify the digest of the image',
    env: { DIGEST: digest },
    run: `test "$(jq --raw-output '.manifests[].digest' ${imageLayout}/index.json)" = "$DIGEST"
cd ${imageLayout}/blobs/sha256
sha256sum --check --strict <<< "\${DIGEST#sha256:}  \${DIGEST#sha256:}"`,
  });
}

const isGitHub = registryHost === 'ghcr.io';

/** Of a job that logs in and has no other environment: the credentials of another registry than GitHub's are in this one. */
export const registryEnvironment = isGitHub ? {} : ({ environment: 'registry', recorded: false } as const);

export const login = (steps: Steps<{ readonly packages: Access }>) =>
  steps.uses('docker/login-action', {
    name: 'Log in to the registry',
    with: {
      registry: registryHost,
      ...(isGitHub ? { username: github.actor, password: github.token } : { username: vars.registryUsername, password: registryPassword }),
    },
  });
