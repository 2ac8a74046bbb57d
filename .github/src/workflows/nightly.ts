import { thirdPartyImages } from '../../../manifests/components/third-party-images.ts';
import { drift } from '../../../scripts/commands/drift.ts';
import { history } from '../../../scripts/commands/history.ts';
import { images } from '../../../scripts/commands/images.ts';
import { text } from '../layer/expression.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import type { Workflow } from '../layer/workflow.ts';
import { logInToCluster } from './cluster.ts';
import { hasCluster, type Target } from './delivery.ts';
import {
  checkout,
  install,
  login,
  onRunner,
  pushedImage,
  registryEnvironment,
  reportPermissions,
  reportVulnerabilities,
  scanImage,
} from './shared.ts';
import { bundleTool, downloadTool } from './tool.ts';

const read = { contents: 'read' } as const;
const readPermissions = { ...read, 'id-token': 'write' } as const;
/** A separate GitHub environment: it needs no approval, and its tokens may not deploy. */
const readEnvironment = (environment: Target) => `${environment}-watch`;

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: read }, bundleTool);

/** Finds the deployed image in the release records of the cluster. */
const deployedIn = (environment: Target) =>
  job(
    `deployed-${environment}`,
    {
      name: `Image of ${environment}`,
      ...onRunner(10),
      permissions: readPermissions,
      if: hasCluster(environment),
      environment: readEnvironment(environment),
      recorded: false,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      downloadTool(steps, bundle.outputs.sha256);
      const cluster = logInToCluster(steps, environment);
      const { run, env } = leyenda('bundle', history, { args: { environment }, flags: { json: true } });
      return steps.run({
        name: 'Find the deployed image',
        id: 'serving',
        env: { ...env, ...cluster },
        run: `${run} > build/history.json
image=$(jq --raw-output --exit-status '.releases[] | select(.serves) | .image' build/history.json)
[[ $image =~ ^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$ ]]
echo "image=$image" >> "$GITHUB_OUTPUT"`,
        outputs: ['image'],
      });
    },
  );

/** Finds vulnerabilities that were published after the build: uploads them to the security tab, and fails on one with a fix. */
const rescanOf = (environment: Target, deployed: ReturnType<typeof deployedIn>) =>
  job(
    `rescan-${environment}`,
    {
      name: `Scan the image of ${environment}`,
      ...onRunner(20),
      ...registryEnvironment,
      permissions: { ...read, packages: 'read', ...reportPermissions },
      needs: { deployed },
    },
    (steps, { deployed }) => {
      checkout(steps);
      login(steps);
      scanImage(steps, pushedImage(deployed.outputs.image), { category: `deployed-${environment}` });
    },
  );

const driftOf = (environment: Target) =>
  job(
    `drift-${environment}`,
    {
      name: `Drift of ${environment}`,
      ...onRunner(15),
      permissions: readPermissions,
      if: hasCluster(environment),
      environment: readEnvironment(environment),
      recorded: false,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      downloadTool(steps, bundle.outputs.sha256);
      const cluster = logInToCluster(steps, environment);
      const { run, env } = leyenda('bundle', drift, { args: { environment }, flags: {} });
      steps.run({ name: 'Compare with the deployed release', run, env: { ...env, ...cluster } });
    },
  );

const jobsOf = (environment: Target) => {
  const deployed = deployedIn(environment);
  return [deployed, rescanOf(environment, deployed), driftOf(environment)];
};

/** Runs the backup script on the server version of production: migrate, fill, dump, restore elsewhere, compare every table. */
const restore = job(
  'restore',
  {
    name: 'Restore drill',
    ...onRunner(15),
    permissions: read,
    services: {
      postgres: {
        image: thirdPartyImages.postgres,
        // Only this job can connect.
        env: { POSTGRES_USER: 'leyenda', POSTGRES_HOST_AUTH_METHOD: 'trust' },
        ports: ['5432:5432'],
        options: '--name postgres --health-cmd "pg_isready --username leyenda" --health-interval 2s --health-retries 30',
      },
    },
  },
  (steps) => {
    install(steps);
    steps.run({
      name: 'Dump, restore, compare',
      env: { TEST_DATABASE_URL: 'postgresql://leyenda@127.0.0.1:5432/leyenda', TEST_POSTGRES_CONTAINER: 'postgres' },
      run: 'npm run test:services -- restore-drill',
    });
  },
);

/** Fails if a pinned tag was rebuilt or deleted; the log shows newer versions. `leyenda images update` changes the pins. */
const imagePins = job(
  'image-pins',
  { name: 'Compare image pins with their registries', ...onRunner(15), permissions: read, needs: { bundle } },
  (steps, { bundle }) => {
    downloadTool(steps, bundle.outputs.sha256);
    const { run, env } = leyenda('bundle', images, { args: { action: 'check' }, flags: {} });
    steps.run({ name: 'Compare image pins with their registries', run, env });
  },
);

/** Reports only: this repository cannot fix an image of another project, but it can pin a newer version. */
const scanThirdParty = job(
  'scan-third-party',
  {
    name: 'Scan third-party images',
    ...onRunner(20),
    permissions: { ...read, ...reportPermissions },
    matrix: Object.entries(thirdPartyImages).map(([name, image]) => ({ name, image })),
  },
  (steps, _, { name, image }) => {
    checkout(steps);
    reportVulnerabilities(steps, pushedImage(image), { category: text`third-party-${name}` });
  },
);

export const nightly: Workflow = {
  file: 'nightly.yml',
  source: '.github/src/workflows/nightly.ts',
  name: 'Nightly',
  purpose:
    'scans the deployed and third-party images, compares image pins with their registries, compares the clusters with their releases, and restores a dump',
  on: { schedule: [{ cron: '17 3 * * *' }], workflow_dispatch: {} },
  concurrency: { group: 'nightly', cancels: false },
  jobs: [bundle, ...jobsOf('staging'), ...jobsOf('production'), imagePins, scanThirdParty, restore],
};
