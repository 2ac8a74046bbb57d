import { type Expression, equals, runnerTemp, text, vars } from '../layer/expression.ts';
import type { Env } from '../layer/step.ts';
import type { Steps } from '../layer/steps.ts';
import type { Target } from './delivery.ts';

/** Steps of a job that may request OIDC tokens. */
export type OidcSteps = Steps<{ readonly 'id-token': 'write' }>;

/**
 * Writes a kubeconfig without a token: its credential plugin requests one, from GitHub or for the identity that a cloud gave this job.
 * @returns the variables that the release tool needs to connect
 */
export function logInToCluster(steps: OidcSteps, environment: Target): Env {
  const login = vars.cluster[environment];
  steps.uses('aws-actions/configure-aws-credentials', {
    name: 'Assume the role in AWS',
    if: equals(login, 'eks'),
    with: { 'aws-region': vars.awsRegion, 'role-to-assume': vars.awsRole },
  });
  const { access_token: token } = steps.uses('google-github-actions/auth', {
    name: 'Impersonate the service account in Google Cloud',
    id: 'google',
    if: equals(login, 'gke'),
    with: {
      workload_identity_provider: vars.gcpProvider,
      service_account: vars.gcpServiceAccount,
      token_format: 'access_token',
      // The token is passed to the steps that connect; no file and no variable is left for others.
      create_credentials_file: false,
      export_environment_variables: false,
    },
  });
  const kubeconfig = { KUBECONFIG: text`${runnerTemp}/kubeconfig` } as const;
  steps.run({
    name: 'Log in to the cluster',
    env: { CLUSTER_LOGIN: login, ...clusterVariables, ...kubeconfig },
    run: 'node .github/src/steps/oidc-kubeconfig.ts write "$KUBECONFIG"',
  });
  return { ...kubeconfig, CLUSTER_TOKEN: token };
}

const clusterVariables: Readonly<Record<string, Expression>> = {
  CLUSTER_SERVER: vars.clusterServer,
  CLUSTER_CA: vars.clusterCa,
  CLUSTER_AUDIENCE: vars.clusterAudience,
  AWS_REGION: vars.awsRegion,
  EKS_CLUSTER: vars.eksCluster,
};
