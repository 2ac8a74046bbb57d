import type { Expression } from '../layer/expression.ts';
import { artifacts, checkout, install, type ReadSteps, setupNode } from './shared.ts';

/**
 * Bundles the release tool, so jobs with id-token: write install no packages.
 * @returns its SHA-256, which is passed separately from the file
 */
export function bundleTool(steps: ReadSteps) {
  install(steps);
  const { sha256 } = steps.run({
    name: 'Bundle',
    id: 'bundle',
    run: `npm run build -- leyenda
echo "sha256=$(sha256sum < build/leyenda.js | cut -d ' ' -f 1)" >> "$GITHUB_OUTPUT"`,
    outputs: ['sha256'],
  });
  steps.uses('actions/upload-artifact', {
    name: 'Upload the release tool',
    with: { name: artifacts.tool, path: 'build/leyenda.js', 'if-no-files-found': 'error' },
  });
  return { sha256 };
}

/** Checks out the commit, sets up Node and downloads the release tool; fails if it has another SHA-256. */
export function downloadTool(steps: ReadSteps, sha256: Expression): void {
  checkout(steps);
  setupNode(steps);
  steps.uses('actions/download-artifact', { name: 'Download the release tool', with: { name: artifacts.tool, path: 'build' } });
  steps.run({
    name: 'Verify the checksum of the release tool',
    env: { SHA256: sha256 },
    run: 'echo "$SHA256  build/leyenda.js" | sha256sum --check --strict',
  });
}
