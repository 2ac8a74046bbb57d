import { githubIssuer } from '../../../contract/signing.ts';
import { verifyImage } from '../../../scripts/commands/verify-image.ts';
import { github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { Workflow } from '../layer/workflow.ts';
import { deployJob, reportMissingClusters, signer } from './deploy.ts';
import { loadJob } from './load.ts';
import { login, onRunner, registryEnvironment, registryName } from './shared.ts';
import { addTags, commitTag, versionTags } from './tags.ts';
import { bundleTool, downloadTool } from './tool.ts';

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: { contents: 'read' } }, bundleTool);

/**
 * Finds the image that the deployed branch built of this commit, and waits for one that is being built: a branch and its tag may be
 * pushed together. The signature proves branch and commit, because a tag of the registry may be moved.
 */
const promote = job(
  'promote',
  {
    name: 'Promote the image of the commit',
    ...onRunner(100),
    ...registryEnvironment,
    permissions: { contents: 'read', packages: 'write' },
    needs: { bundle },
  },
  (steps, { bundle }) => {
    downloadTool(steps, bundle.outputs.sha256);
    login(steps);
    steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
    const image = steps.run({
      name: 'Find the image of the commit',
      id: 'find',
      run: `name=${registryName}
for attempt in {1..180}; do
  digest=$(skopeo inspect --no-tags --format '{{.Digest}}' "docker://$name:${commitTag}") && break
  echo "no image of $GITHUB_SHA yet (attempt $attempt): Release pushes one for each commit of the branch"
  sleep 30
done
[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]
{
  echo "name=$name"
  echo "digest=$digest"
} >> "$GITHUB_OUTPUT"`,
      outputs: ['name', 'digest'],
    });
    const signed = leyenda('bundle', verifyImage, {
      args: { image: text`${image.name}@${image.digest}` },
      flags: { identity: signer, issuer: githubIssuer, commit: github.sha },
    });
    steps.run({ name: 'Verify that the branch built and signed it', ...signed });
    addTags(steps, image, versionTags);
    reportMissingClusters(steps);
    return image;
  },
);

const staging = deployJob('staging', { needs: { bundle, promote } }, ({ bundle, promote }) => ({
  image: text`${promote.outputs.name}@${promote.outputs.digest}`,
  toolHash: bundle.outputs.sha256,
}));

const load = loadJob({ needs: { bundle, staging } }, ({ bundle }) => bundle.outputs.sha256);

const production = deployJob('production', { needs: { bundle, promote, staging, load } }, ({ bundle, promote }) => ({
  image: text`${promote.outputs.name}@${promote.outputs.digest}`,
  toolHash: bundle.outputs.sha256,
}));

export const promotion: Workflow = {
  file: 'promote.yml',
  source: '.github/src/workflows/promote.ts',
  name: 'Promote',
  purpose:
    'gives the image that the release of this commit built and signed the version of the git tag, and deploys that digest as a release does',
  on: { push: { tags: ['v*'] } },
  concurrency: { group: text`promote-${github.ref}`, cancels: false },
  jobs: [bundle, promote, staging, load, production],
};
