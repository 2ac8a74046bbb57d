import { rollback } from '../../../scripts/commands/rollback.ts';
import { text } from '../layer/expression.ts';
import { workflowInputs } from '../layer/inputs.ts';
import { job } from '../layer/job.ts';
import { leyenda } from '../layer/leyenda.ts';
import type { Workflow } from '../layer/workflow.ts';
import { logInToCluster } from './cluster.ts';
import type { Target } from './delivery.ts';
import { addVerifyStep, deployPermissions, githubToken } from './deploy.ts';
import { onRunner } from './shared.ts';
import { bundleTool, downloadTool } from './tool.ts';

const inputs = workflowInputs({
  environment: { description: 'Environment', type: 'choice', options: ['staging', 'production'] },
  revision: { description: 'Revision to roll back to, from `leyenda history`', type: 'string', default: 'previous' },
});

const bundle = job('bundle', { name: 'Bundle the release tool', ...onRunner(10), permissions: { contents: 'read' } }, bundleTool);

/**
 * One job per environment, so each has literal names of its environment and its concurrency group, which rules and reviewers can check.
 * The images of a recorded release were verified when it was deployed.
 */
const rollbackOf = (environment: Target) =>
  job(
    environment,
    {
      name: `Roll ${environment} back`,
      ...onRunner(30),
      permissions: deployPermissions,
      if: inputs.references.environment.is(environment),
      environment,
      recorded: false,
      // Shared with the deploys.
      queue: `deploy-${environment}`,
      needs: { bundle },
    },
    (steps, { bundle }) => {
      downloadTool(steps, bundle.outputs.sha256);
      const cluster = logInToCluster(steps, environment);
      const { run, env } = leyenda('bundle', rollback, {
        args: { environment, revision: inputs.references.revision },
        flags: { github: true },
      });
      steps.run({ name: 'Roll back', run, env: { ...env, ...cluster, ...githubToken } });
      addVerifyStep(steps, environment, cluster);
    },
  );

export const rollbackWorkflow: Workflow = {
  file: 'rollback.yml',
  source: '.github/src/workflows/rollback.ts',
  name: 'Rollback',
  purpose: 'rolls back to an earlier release on request, in the concurrency group of the deploys',
  on: { workflow_dispatch: { inputs: inputs.declared } },
  concurrency: { group: text`rollback-${inputs.references.environment}`, cancels: false },
  jobs: [bundle, rollbackOf('staging'), rollbackOf('production')],
};
