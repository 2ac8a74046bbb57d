import { githubIssuer } from '../../../contract/signing.ts';
import { deploy } from '../../../scripts/commands/deploy.ts';
import { verify } from '../../../scripts/commands/verify.ts';
import { verifyImage } from '../../../scripts/commands/verify-image.ts';
import { type Expression, failure, github, text } from '../layer/expression.ts';
import { leyenda } from '../layer/leyenda.ts';
import { tools } from '../layer/pins.ts';
import type { Steps } from '../layer/steps.ts';
import { kubeconfigEnv, logInToCluster } from './cluster.ts';
import { login } from './shared.ts';
import { downloadTool } from './tool.ts';

/** The environments of a release, in this order. */
export type Target = 'staging' | 'production';
/** Permissions of a deploy job. */
export const deployPermissions = {
  contents: 'read',
  'id-token': 'write',
  packages: 'read',
  // For the reports to GitHub.
  deployments: 'write',
  statuses: 'write',
} as const;
export type DeploySteps = Steps<typeof deployPermissions>;

/** The token for the reports to GitHub. */
export const githubToken = { GITHUB_TOKEN: github.token } as const;

export interface Release {
  /** By digest. */
  readonly image: Expression;
  /** SHA-256 of the bundled release tool. */
  readonly toolHash: Expression;
}

/**
 * Deploys the image and verifies the service. Installs no packages, because the job may request OIDC tokens: it runs only the
 * committed files, Node and the release tool that an earlier job bundled.
 */
export function addDeploySteps(steps: DeploySteps, environment: Target, { image, toolHash }: Release): void {
  downloadTool(steps, toolHash);
  login(steps);
  steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
  const identity = text`${github.serverUrl}/${github.workflowRef}`;
  const signed = leyenda('bundle', verifyImage, { args: { image }, flags: { identity, issuer: githubIssuer } });
  steps.run({ name: 'Verify the signature of the image', ...signed });
  logInToCluster(steps);
  const evidence = 'build/evidence.json';
  const rollout = leyenda('bundle', deploy, { args: { environment }, flags: { image, evidence, github: true } });
  steps.run({ name: 'Deploy', run: rollout.run, env: { ...rollout.env, ...kubeconfigEnv, ...githubToken } });
  addVerifyStep(steps, environment);
  steps.uses('actions/upload-artifact', {
    name: 'Upload the evidence of a failure',
    if: failure,
    with: { name: `evidence-${environment}`, path: evidence, 'if-no-files-found': 'ignore' },
  });
}

/** Verifies the deployed service. */
export function addVerifyStep(steps: DeploySteps, environment: Target): void {
  const { run, env } = leyenda('bundle', verify, { args: { environment }, flags: {} });
  steps.run({ name: 'Verify', run, env: { ...env, ...kubeconfigEnv } });
}
