import { product } from '../../../contract/product.ts';
import { callWorkflow } from '../layer/call.ts';
import { github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { tools } from '../layer/pins.ts';
import type { Outputs } from '../layer/step.ts';
import type { Workflow } from '../layer/workflow.ts';
import { ci } from './ci.ts';
import { codeql } from './codeql.ts';
import { delivery, hasCodeSecurity, isDeployed } from './delivery.ts';
import { deployJob, reportMissingClusters } from './deploy.ts';
import { loadJob } from './load.ts';
import {
  artifacts,
  buildImage,
  builtImage,
  checkout,
  downloadImage,
  imageLayout,
  login,
  onRunner,
  registryEnvironment,
  registryName,
  reportPermissions,
  scanImage,
} from './shared.ts';
import { addTags, branchTags } from './tags.ts';
import { bundleTool } from './tool.ts';

const read = { contents: 'read' } as const;

const checks = callWorkflow('checks', ci, { name: 'Checks' });
const analysis = callWorkflow('analysis', codeql, { name: 'CodeQL' });

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: read }, bundleTool);

const build = job('build', { name: 'Build', ...onRunner(30), permissions: read }, (steps) => {
  checkout(steps, 'all');
  const { name, version } = steps.run({
    name: 'Name the image',
    id: 'name',
    // The version is that of the last tag, with the commits since then.
    run: `version=$(git describe --tags --match 'v[0-9]*' || echo "v${product.version}-g\${GITHUB_SHA::7}")
{
  echo "name=${registryName}"
  echo "version=\${version#v}"
} >> "$GITHUB_OUTPUT"`,
    outputs: ['name', 'version'],
  });
  const { digest } = buildImage(steps, version);
  steps.uses('actions/upload-artifact', {
    name: 'Upload the image',
    with: { name: artifacts.image, path: imageLayout, 'if-no-files-found': 'error', 'compression-level': 0, 'retention-days': 1 },
  });
  return { name, digest };
});

const scan = job(
  'scan',
  { name: 'Scan', ...onRunner(20), permissions: { ...read, ...reportPermissions }, needs: { build } },
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
  { name: 'Push', ...onRunner(15), ...registryEnvironment, permissions: { packages: 'write' }, needs: { checks, analysis, build, scan } },
  (steps, { build }) => {
    downloadImage(steps, build.outputs.digest);
    login(steps);
    steps.run({
      name: 'Push by digest',
      env: { NAME: build.outputs.name, DIGEST: build.outputs.digest },
      run: `skopeo copy --all --preserve-digests "oci:${imageLayout}" "docker://$NAME@$DIGEST"`,
    });
  },
);

/** Tags the image when it is signed: a tag never names an unsigned image. */
const sign = job(
  'sign',
  {
    name: 'Attest, sign and tag',
    ...onRunner(10),
    ...registryEnvironment,
    permissions: { 'id-token': 'write', attestations: 'write', packages: 'write' },
    needs: { build, push },
  },
  (steps, { build }) => {
    const { name, digest } = build.outputs;
    const subject = { 'subject-name': name, 'subject-digest': digest, 'push-to-registry': true, 'create-storage-record': false };
    steps.uses('actions/download-artifact', { name: 'Download the SBOM', with: { name: artifacts.sbom } });
    login(steps);
    const attest = { if: hasCodeSecurity };
    steps.uses('actions/attest', { name: 'Attest the provenance', ...attest, with: subject });
    steps.uses('actions/attest', { name: 'Attest the SBOM', ...attest, with: { ...subject, 'sbom-path': 'sbom.cdx.json' } });
    steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
    steps.run({ name: 'Sign', env: { IMAGE: text`${name}@${digest}` }, run: 'cosign sign --yes "$IMAGE"' });
    addTags(steps, build.outputs, branchTags);
    reportMissingClusters(steps, isDeployed);
  },
);

const deployed = ({ name, digest }: Outputs<'name' | 'digest'>) => text`${name}@${digest}`;

const staging = deployJob('staging', { needs: { bundle, build, sign }, if: isDeployed }, ({ bundle, build }) => ({
  image: deployed(build.outputs),
  toolHash: bundle.outputs.sha256,
}));

const load = loadJob({ needs: { bundle, staging }, if: isDeployed }, ({ bundle }) => bundle.outputs.sha256);

const production = deployJob('production', { needs: { bundle, build, staging, load }, if: isDeployed }, ({ bundle, build }) => ({
  image: deployed(build.outputs),
  toolHash: bundle.outputs.sha256,
}));

export const release: Workflow = {
  file: 'release.yml',
  source: '.github/src/workflows/release.ts',
  name: 'Release',
  purpose:
    'checks the commit as CI does, builds, scans, pushes by digest, attests, signs and tags the image, then deploys that digest to staging, checks the objectives under load and, after an approval, deploys it to production',
  on: { push: { branches: delivery.published } },
  // A group of its own: the approval of one release holds no other up.
  concurrency: { group: text`release-${github.runId}`, cancels: false },
  jobs: [checks, analysis, bundle, build, scan, push, sign, staging, load, production],
};
