import { githubIssuer } from '../../../contract/signing.ts';
import { deploy } from '../../../scripts/commands/deploy.ts';
import { verify } from '../../../scripts/commands/verify.ts';
import { verifyImage } from '../../../scripts/commands/verify-image.ts';
import { allOf, type Expression, failure, github, text, vars } from '../layer/expression.ts';
import { job, type Needs, type References } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { Env } from '../layer/step.ts';
import type { Steps } from '../layer/steps.ts';
import { logInToCluster } from './cluster.ts';
import { delivery, hasCluster, type Target } from './delivery.ts';
import { login, onRunner } from './shared.ts';
import { downloadTool } from './tool.ts';

/** Permissions of a deploy job. */
export const deployPermissions = {
  contents: 'read',
  'id-token': 'write',
  packages: 'read',
  // For the reports to GitHub.
  deployments: 'write',
  statuses: 'write',
} as const;
type DeploySteps = Steps<typeof deployPermissions>;

/** The identity of the signature: the release workflow on the deployed branch, so images of other branches are not deployed. */
export const signer = text`${github.serverUrl}/${github.repository}/.github/workflows/release.yml@refs/heads/${delivery.deployed}`;

/** The token for the reports to GitHub. */
export const githubToken = { GITHUB_TOKEN: github.token } as const;

interface Release {
  /** By digest. */
  readonly image: Expression;
  /** SHA-256 of the bundled release tool. */
  readonly toolHash: Expression;
}

/**
 * Deploys the image and verifies the service. Installs no packages, because the job may request OIDC tokens: it runs only the
 * committed files, Node and the release tool that an earlier job bundled.
 */
function addDeploySteps(steps: DeploySteps, environment: Target, { image, toolHash }: Release): void {
  downloadTool(steps, toolHash);
  login(steps);
  steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
  const signed = leyenda('bundle', verifyImage, { args: { image }, flags: { identity: signer, issuer: githubIssuer } });
  steps.run({ name: 'Verify the signature of the image', ...signed });
  const cluster = logInToCluster(steps, environment);
  const evidence = 'build/evidence.json';
  const rollout = leyenda('bundle', deploy, { args: { environment }, flags: { image, evidence, github: true } });
  steps.run({ name: 'Deploy', run: rollout.run, env: { ...rollout.env, ...cluster, ...githubToken } });
  addVerifyStep(steps, environment, cluster);
  steps.uses('actions/upload-artifact', {
    name: 'Upload the evidence of a failure',
    if: failure,
    with: { name: `evidence-${environment}`, path: evidence, 'if-no-files-found': 'ignore' },
  });
}

interface DeployOptions<N extends Needs> {
  readonly needs: N;
  readonly if?: Expression;
}

/** A job that deploys; skipped if the environment has no cluster. The rules of the environment, such as its reviewers, apply. */
export const deployJob = <const N extends Needs>(
  environment: Target,
  { needs, if: condition }: DeployOptions<N>,
  releaseOf: (needs: References<N>) => Release,
) =>
  job(
    environment,
    {
      name: titles[environment],
      ...onRunner(40),
      permissions: deployPermissions,
      if: condition === undefined ? hasCluster(environment) : allOf(condition, hasCluster(environment)),
      environment,
      // The release tool records the deployment, with its progress.
      recorded: false,
      queue: `deploy-${environment}`,
      needs,
    },
    (steps, needed) => {
      addDeploySteps(steps, environment, releaseOf(needed));
    },
  );

const titles: Readonly<Record<Target, string>> = { staging: 'Staging', production: 'Production' };

/** A notice for each environment that the release skips; not an error, because a new fork has no cluster. */
export function reportMissingClusters(steps: Steps, condition?: Expression): void {
  steps.run({
    name: 'Report environments without a cluster',
    ...(condition === undefined ? {} : { if: condition }),
    env: { STAGING_CLUSTER: vars.cluster.staging, PRODUCTION_CLUSTER: vars.cluster.production },
    run: `for variable in STAGING_CLUSTER PRODUCTION_CLUSTER; do
  test -n "\${!variable}" || echo "::notice title=No cluster configured::set the repository variable $variable to deploy (docs/workflows.md)"
done`,
  });
}

/** Verifies the deployed service. */
export function addVerifyStep(steps: DeploySteps, environment: Target, cluster: Env): void {
  const { run, env } = leyenda('bundle', verify, { args: { environment }, flags: {} });
  steps.run({ name: 'Verify', run, env: { ...env, ...cluster } });
}
