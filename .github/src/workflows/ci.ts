import { thirdPartyImages } from '../../../manifests/components/third-party-images.ts';
import { workflows } from '../../../scripts/commands/workflows.ts';
import { differs, firstOf, github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { Workflow } from '../layer/workflow.ts';
import { gateOver } from './gate.ts';
import { buildImage, builtImage, checkout, install, onRunner, scanImage } from './shared.ts';

const read = { contents: 'read' } as const;

const check = job('check', { name: 'Check', ...onRunner(10), permissions: read }, (steps) => {
  install(steps);
  steps.run({ name: 'Types, lint, dead code', run: 'npm run check' });
  steps.run({ name: 'Check the workflows', ...leyenda('source', workflows, { args: { action: 'check' }, flags: {} }) });
  steps.run({
    name: 'Compare updated actions with the workflows',
    env: { GITHUB_TOKEN: github.token },
    run: 'node .github/src/describe-actions.ts check',
  });
});

const test = job('test', { name: 'Test', ...onRunner(15), permissions: read }, (steps) => {
  install(steps);
  steps.run({ name: 'Unit tests', run: 'npm test' });
});

const services = job('services', { name: 'Test with real servers', ...onRunner(20), permissions: read }, (steps) => {
  install(steps);
  steps.run({
    name: 'Install PostgreSQL, Redis and Prometheus',
    run: `sudo apt-get update
sudo apt-get install --yes --no-install-recommends postgresql redis-server prometheus`,
  });
  steps.run({ name: 'Service tests', run: 'npm run test:services' });
});

/** The name for the runner and for the nodes of the cluster. */
const registry = { name: 'kind-registry', port: 5001 } as const;

const e2e = job('e2e', { name: 'Test on a cluster', ...onRunner(45), permissions: read }, (steps) => {
  install(steps);
  steps.uses('helm/kind-action', {
    name: 'Create a cluster with a registry',
    with: {
      version: tools.kind,
      kubectl_version: tools.kubectl,
      cluster_name: 'leyenda',
      registry: true,
      registry_image: thirdPartyImages.registry,
      registry_name: registry.name,
      registry_port: registry.port,
    },
  });
  steps.run({
    name: 'Deploy, break and roll back',
    env: { REGISTRY: `${registry.name}:${registry.port}` },
    run: `export KUBECONFIG="$HOME/.kube/config"
# Without a cluster the tests would be skipped, and the job would pass.
kubectl wait --for=condition=Ready nodes --all --timeout=120s
tests/e2e/crds
# In two lines, because eval "$(…)" ignores a failure of the command.
images=$(tests/e2e/prepare)
eval "$images"
npm run test:e2e`,
  });
});

const image = job('image', { name: 'Image', ...onRunner(30), permissions: { ...read, 'security-events': 'write' } }, (steps) => {
  checkout(steps);
  const { digest } = buildImage(steps);
  // The token of a pull request from a fork may not upload.
  scanImage(steps, builtImage(digest), { category: 'image', if: differs(github.headIsFork, true) });
});

/** Checks what a pull request adds; existing dependencies are covered by the update bot and `nightly`. */
const dependencies = job('dependencies', { name: 'Dependencies', ...onRunner(10), permissions: read }, (steps) => {
  steps.uses('actions/dependency-review-action', {
    name: 'Fail on known vulnerabilities',
    // A push has no base to compare with; it was reviewed as a pull request.
    if: differs(github.eventName, 'push'),
    with: { 'fail-on-severity': 'high', 'fail-on-scopes': 'runtime, development, unknown' },
  });
});

const gate = gateOver('CI gate', { check, test, services, e2e, image, dependencies });

export const ci: Workflow = {
  file: 'ci.yml',
  source: '.github/src/workflows/ci.ts',
  name: 'CI',
  purpose: 'checks every change: types, lint, tests with real servers and on a cluster, the image, and new dependencies',
  on: { pull_request: {}, merge_group: {}, push: { branches: ['main'] } },
  cancelGroup: text`ci-${firstOf(github.pullRequest, github.ref)}`,
  jobs: [check, test, services, e2e, image, dependencies, gate],
};
