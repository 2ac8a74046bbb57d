import { type Expression, failure, github, runnerTemp, text, vars } from '../layer/expression.ts';
import { leyenda } from '../layer/leyenda.ts';
import type { Steps } from '../layer/steps.ts';
import { tools } from '../pins.ts';
import { artifacts, checkout, login, setupNode } from './shared.ts';

/** Who vouches for the signer: GitHub's OIDC provider. */
const issuer = 'https://token.actions.githubusercontent.com';
const kubeconfig = text`${runnerTemp}/kubeconfig`;

export interface Release {
  /** By digest. */
  readonly image: Expression;
  /** SHA-256 of the bundled release tool. */
  readonly toolHash: Expression;
}

/**
 * Rolls the image out and asks the service whether it is well. Installs no package: the job may ask for OIDC tokens,
 * so it runs the committed files, Node and the release tool that an earlier job bundled, and nothing else.
 */
export function deploy(steps: Steps, environment: 'staging' | 'production', { image, toolHash }: Release): void {
  checkout(steps);
  setupNode(steps);
  steps.uses('actions/download-artifact', { name: 'Fetch the release tool', with: { name: artifacts.tool, path: 'build' } });
  steps.run({
    name: 'The release tool is the one that was built',
    env: { SHA256: toolHash },
    run: 'echo "$SHA256  build/leyenda.js" | sha256sum --check --strict',
  });
  login(steps);
  steps.uses('sigstore/cosign-installer', { name: 'Set up cosign', with: { 'cosign-release': tools.cosign } });
  steps.run({
    name: 'The image was signed by this workflow',
    env: { IMAGE: image, IDENTITY: text`${github.serverUrl}/${github.workflowRef}` },
    run: `cosign verify --certificate-identity "$IDENTITY" --certificate-oidc-issuer ${issuer} "$IMAGE"`,
  });
  steps.run({
    name: 'Log in to the cluster',
    env: { CLUSTER_SERVER: vars.clusterServer, CLUSTER_CA: vars.clusterCa, CLUSTER_AUDIENCE: vars.clusterAudience, KUBECONFIG: kubeconfig },
    run: 'node .github/src/steps/oidc-kubeconfig.ts write "$KUBECONFIG"',
  });
  const evidence = 'build/evidence.json';
  const rollout = leyenda('bundle', 'deploy', { args: { environment }, flags: { image, evidence } });
  steps.run({ name: 'Deploy', run: rollout.run, env: { ...rollout.env, KUBECONFIG: kubeconfig } });
  const verify = leyenda('bundle', 'verify', { args: { environment }, flags: {} });
  steps.run({ name: 'Verify', run: verify.run, env: { ...verify.env, KUBECONFIG: kubeconfig } });
  steps.uses('actions/upload-artifact', {
    name: 'Keep the evidence of a failure',
    if: failure,
    with: { name: `evidence-${environment}`, path: evidence, 'if-no-files-found': 'ignore' },
  });
}
