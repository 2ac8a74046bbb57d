import { runnerTemp, text, vars } from '../layer/expression.ts';
import type { Steps } from '../layer/steps.ts';

/** Steps of a job that may prove to a cluster which repository and environment it runs for. */
export type OidcSteps = Steps<{ readonly 'id-token': 'write' }>;

/** Where the release tool finds its cluster. */
export const kubeconfigEnv = { KUBECONFIG: text`${runnerTemp}/kubeconfig` } as const;

/** Writes a kubeconfig that holds no token: its user is a program that asks GitHub for one. */
export const logInToCluster = (steps: OidcSteps) =>
  steps.run({
    name: 'Log in to the cluster',
    env: { CLUSTER_SERVER: vars.clusterServer, CLUSTER_CA: vars.clusterCa, CLUSTER_AUDIENCE: vars.clusterAudience, ...kubeconfigEnv },
    run: 'node .github/src/steps/oidc-kubeconfig.ts write "$KUBECONFIG"',
  });
