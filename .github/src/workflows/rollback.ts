import { rollback } from '../../../scripts/commands/rollback.ts';
import { workflowInputs } from '../layer/inputs.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import type { Workflow } from '../layer/workflow.ts';
import { kubeconfigEnv, logInToCluster } from './cluster.ts';
import { addVerifyStep, deployPermissions, githubToken, type Target } from './deploy.ts';
import { onRunner } from './shared.ts';
import { bundleTool, fetchTool } from './tool.ts';

const asked = workflowInputs({
  environment: { description: 'Where', type: 'choice', options: ['staging', 'production'] },
  revision: { description: 'Revision to bring back, as `leyenda history` lists them', type: 'string', default: 'previous' },
});

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: { contents: 'read' } }, bundleTool);

/**
 * One job an environment, so that each names its environment and its queue in plain words: rules and reviewers read what it may reach.
 * The images of a recorded release were verified when it was deployed.
 */
const rollbackOf = (environment: Target) =>
  job(
    environment,
    {
      name: `Roll ${environment} back`,
      ...onRunner(30),
      permissions: deployPermissions,
      if: asked.answers.environment.is(environment),
      environment,
      // The queue of the deploys.
      queue: `deploy-${environment}`,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      fetchTool(steps, bundle.outputs.sha256);
      logInToCluster(steps);
      const { run, env } = leyenda('bundle', rollback, {
        args: { environment, revision: asked.answers.revision },
        flags: { github: true },
      });
      steps.run({ name: 'Roll back', run, env: { ...env, ...kubeconfigEnv, ...githubToken } });
      addVerifyStep(steps, environment);
    },
  );

export const rollbackWorkflow: Workflow = {
  file: 'rollback.yml',
  source: '.github/src/workflows/rollback.ts',
  name: 'Rollback',
  purpose: 'brings an earlier release back by hand, in the queue of the deploys',
  on: { workflow_dispatch: { inputs: asked.declared } },
  jobs: [bundle, rollbackOf('staging'), rollbackOf('production')],
};
