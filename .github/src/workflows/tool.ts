import type { Expression } from '../layer/expression.ts';
import { artifacts, checkout, install, type ReadSteps, setupNode } from './shared.ts';

/**
 * Bundles the release tool, so that jobs that may prove who they are need install nothing.
 * @returns its SHA-256, which goes another way than the file
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
    name: 'Hand the release tool over',
    with: { name: artifacts.tool, path: 'build/leyenda.js', 'if-no-files-found': 'error' },
  });
  return { sha256 };
}

/** The committed files, Node and the bundled release tool, if it is the one of that SHA-256. */
export function fetchTool(steps: ReadSteps, sha256: Expression): void {
  checkout(steps);
  setupNode(steps);
  steps.uses('actions/download-artifact', { name: 'Fetch the release tool', with: { name: artifacts.tool, path: 'build' } });
  steps.run({
    name: 'The release tool is the one that was built',
    env: { SHA256: sha256 },
    run: 'echo "$SHA256  build/leyenda.js" | sha256sum --check --strict',
  });
}
