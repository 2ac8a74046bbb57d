import { drift } from '../../../scripts/commands/drift.ts';
import { history } from '../../../scripts/commands/history.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { Workflow } from '../layer/workflow.ts';
import { kubeconfigEnv, logInToCluster } from './cluster.ts';
import type { Target } from './deploy.ts';
import { checkout, install, login, onRunner, pushedImage, scanImage } from './shared.ts';
import { bundleTool, fetchTool } from './tool.ts';

const read = { contents: 'read' } as const;
const watching = { ...read, 'id-token': 'write' } as const;
/** A GitHub environment of its own: nobody has to approve that somebody looks, and who may look may not deploy. */
const watchOf = (environment: Target) => `${environment}-watch`;

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: read }, bundleTool);

/** Which image serves, by the cluster's own record. */
const deployedIn = (environment: Target) =>
  job(
    `deployed-${environment}`,
    {
      name: `What ${environment} runs`,
      ...onRunner(10),
      permissions: watching,
      environment: watchOf(environment),
      recorded: false,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      fetchTool(steps, bundle.outputs.sha256);
      logInToCluster(steps);
      const { run, env } = leyenda('bundle', history, { args: { environment }, flags: { json: true } });
      return steps.run({
        name: 'Ask for the image that serves',
        id: 'serving',
        env: { ...env, ...kubeconfigEnv },
        run: `${run} > build/history.json
image=$(jq --raw-output --exit-status '.releases[] | select(.serves) | .image' build/history.json)
[[ $image =~ ^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$ ]]
echo "image=$image" >> "$GITHUB_OUTPUT"`,
        outputs: ['image'],
      });
    },
  );

/** What was found after the image was built: its findings stand in the security tab, one with a fix fails the run. */
const rescanOf = (environment: Target, deployed: ReturnType<typeof deployedIn>) =>
  job(
    `rescan-${environment}`,
    {
      name: `Scan what ${environment} runs`,
      ...onRunner(20),
      permissions: { ...read, packages: 'read', 'security-events': 'write' },
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
      permissions: watching,
      environment: watchOf(environment),
      recorded: false,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      fetchTool(steps, bundle.outputs.sha256);
      logInToCluster(steps);
      const { run, env } = leyenda('bundle', drift, { args: { environment }, flags: {} });
      steps.run({ name: 'Compare with the release that serves', run, env: { ...env, ...kubeconfigEnv } });
    },
  );

const watched = (environment: Target) => {
  const deployed = deployedIn(environment);
  return [deployed, rescanOf(environment, deployed), driftOf(environment)];
};

/** The backup's own script on the server that production runs: migrate, fill, dump, restore elsewhere, compare every table. */
const restore = job(
  'restore',
  {
    name: 'Restore drill',
    ...onRunner(15),
    permissions: read,
    services: {
      postgres: {
        image: tools.postgresImage,
        // Reached from this job alone.
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

export const nightly: Workflow = {
  file: 'nightly.yml',
  source: '.github/src/workflows/nightly.ts',
  name: 'Nightly',
  purpose: 'scans again what runs, compares the clusters with what was released, restores a dump',
  on: { schedule: [{ cron: '17 3 * * *' }], workflow_dispatch: {} },
  jobs: [bundle, ...watched('staging'), ...watched('production'), restore],
};
