import { runnerTemp, text, vars } from '../layer/expression.ts';
import type { Steps } from '../layer/steps.ts';

/** Steps of a job that may request OIDC tokens. */
export type OidcSteps = Steps<{ readonly 'id-token': 'write' }>;

/** The kubeconfig of the release tool. */
export const kubeconfigEnv = { KUBECONFIG: text`${runnerTemp}/kubeconfig` } as const;

/** Writes a kubeconfig without a token: its credential plugin requests one from GitHub. */
export const logInToCluster = (steps: OidcSteps) =>
  steps.run({
    name: 'Log in to the cluster',
    env: { CLUSTER_SERVER: vars.clusterServer, CLUSTER_CA: vars.clusterCa, CLUSTER_AUDIENCE: vars.clusterAudience, ...kubeconfigEnv },
    run: 'node .github/src/steps/oidc-kubeconfig.ts write "$KUBECONFIG"',
  });
