import { imageName } from '../../../contract/product.ts';
import { text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { tools } from '../layer/pins.ts';
import type { Workflow } from '../layer/workflow.ts';
import { addDeploySteps, deployPermissions } from './deploy.ts';
import { artifacts, buildImage, builtImage, checkout, downloadImage, imageLayout, install, login, onRunner, scanImage } from './shared.ts';
import { bundleTool } from './tool.ts';

const read = { contents: 'read' } as const;

const test = job('test', { name: 'Test', ...onRunner(15), permissions: read }, (steps) => {
  install(steps);
  steps.run({ name: 'Unit tests', run: 'npm test' });
});

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: read, needs: { test } }, bundleTool);

const build = job('build', { name: 'Build', ...onRunner(30), permissions: read, needs: { test } }, (steps) => {
  checkout(steps);
  const { name } = steps.run({
    name: 'Name the image',
    id: 'name',
    // Registries accept lower case only.
    run: `echo "name=${imageName(`\${GITHUB_REPOSITORY,,}`)}" >> "$GITHUB_OUTPUT"`,
    outputs: ['name'],
  });
  const { digest } = buildImage(steps);
  steps.uses('actions/upload-artifact', {
    name: 'Upload the image',
    with: { name: artifacts.image, path: imageLayout, 'if-no-files-found': 'error', 'compression-level': 0, 'retention-days': 1 },
  });
  return { name, digest };
});

const scan = job(
  'scan',
  { name: 'Scan', ...onRunner(20), permissions: { ...read, 'security-events': 'write' }, needs: { build } },
  (steps, { build }) => {
    checkout(steps);
    downloadImage(steps, build.outputs.digest);
    scanImage(steps, builtImage(build.outputs.digest), { category: 'image' });
    steps.uses('aquasecurity/trivy-action', {
      name: 'Generate the SBOM',
      with: { ...builtImage(build.outputs.digest), 'skip-setup-trivy': true, format: 'cyclonedx', output: 'sbom.cdx.json' },
    });
    steps.uses('actions/upload-artifact', {
      name: 'Upload the SBOM',
      with: { name: artifacts.sbom, path: 'sbom.cdx.json', 'if-no-files-found': 'error' },
    });
  },
);

const push = job(
  'push',
  { name: 'Push', ...onRunner(15), permissions: { packages: 'write' }, needs: { build, scan } },
  (steps, { build }) => {
    downloadImage(steps, build.outputs.digest);
    login(steps);
    steps.run({
      name: 'Push by digest, then tag',
      env: { NAME: build.outputs.name, DIGEST: build.outputs.digest },
      run: `for reference in "@$DIGEST" ":\${GITHUB_REF_NAME//[^A-Za-z0-9_.-]/-}" ":sha-$GITHUB_SHA"; do
  skopeo copy --all --preserve-digests "oci:${imageLayout}" "docker://$NAME$reference"
done`,
    });
  },
);

const sign = job(
  'sign',
  {
    name: 'Attest and sign',
    ...onRunner(10),
    permissions: { 'id-token': 'write', attestations: 'write', packages: 'write' },
    needs: { build, push },
  },
  (steps, { build }) => {
    const { name, digest } = build.outputs;
    const subject = { 'subject-name': name, 'subject-digest': digest, 'push-to-registry': true, 'create-storage-record': false };
    steps.uses('actions/download-artifact', { name: 'Download the SBOM', with: { name: artifacts.sbom } });
    login(steps);
    steps.uses('actions/attest', { name: 'Attest the provenance', with: subject });
    steps.uses('actions/attest', { name: 'Attest the SBOM', with: { ...subject, 'sbom-path': 'sbom.cdx.json' } });
    steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
    steps.run({ name: 'Sign', env: { IMAGE: text`${name}@${digest}` }, run: 'cosign sign --yes "$IMAGE"' });
  },
);

const staging = job(
  'staging',
  {
    name: 'Staging',
    ...onRunner(40),
    permissions: deployPermissions,
    environment: 'staging',
    queue: 'deploy-staging',
    needs: { bundle, build, sign },
  },
  (steps, { bundle, build }) => {
    addDeploySteps(steps, 'staging', { image: text`${build.outputs.name}@${build.outputs.digest}`, toolHash: bundle.outputs.sha256 });
  },
);

const production = job(
  'production',
  {
    name: 'Production',
    ...onRunner(40),
    permissions: deployPermissions,
    // Its required reviewers approve the release.
    environment: 'production',
    queue: 'deploy-production',
    needs: { bundle, build, staging },
  },
  (steps, { bundle, build }) => {
    addDeploySteps(steps, 'production', { image: text`${build.outputs.name}@${build.outputs.digest}`, toolHash: bundle.outputs.sha256 });
  },
);

export const release: Workflow = {
  file: 'release.yml',
  source: '.github/src/workflows/release.ts',
  name: 'Release',
  purpose:
    'builds, scans, pushes by digest, attests and signs the image, then deploys that digest to staging and, after an approval, to production',
  on: { push: { branches: ['main'], tags: ['v*'] } },
  jobs: [test, bundle, build, scan, push, sign, staging, production],
};
