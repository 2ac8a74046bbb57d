import { actionOf, isCall, type Job, permissionsOf, type Step } from './model.ts';
import { forEachJob, forEachStep, forEachWorkflow, inJob, inStep, violationIf } from './rule.ts';

/** They run untrusted code with the permissions of this repository. */
const forbiddenEvents = ['pull_request_target', 'workflow_run', 'issue_comment'];

export const eventsAreSafe = forEachWorkflow(
  'no event that runs untrusted code with the permissions of this repository',
  ({ on, lineOf }) => forbiddenEvents.flatMap((event) => violationIf(on.includes(event), `is started by ${event}`, lineOf(['on', event]))),
);

export const checkoutKeepsNoCredentials = forEachStep('checkout is v7 or later and keeps no credential', (step, _, { pinned }) => {
  if (actionOf(step) !== 'actions/checkout') return [];
  const comment = pinned.find(({ uses }) => uses === step.uses)?.comment ?? '';
  const major = Number(/^v(\d+)\./.exec(comment)?.[1] ?? 0);
  return [
    ...violationIf(major < 7, `checkout ${comment} is older than v7`),
    ...violationIf(step.with['persist-credentials'] !== false, 'checkout keeps the credential in .git/config'),
  ];
});

export const permissionsAreExplicit = forEachWorkflow(
  'the workflow has no permissions, each job lists its own, and pull requests may only write security events',
  (workflow) => {
    const { permissions, jobs, on } = workflow;
    const none = typeof permissions === 'object' && Object.keys(permissions).length === 0;
    return [
      ...violationIf(!none, 'the top level does not set `permissions: {}`', workflow.lineOf(['permissions'])),
      ...Object.entries(jobs).flatMap(([id, job]) =>
        [
          ...violationIf(typeof job.permissions !== 'object', 'does not list its permissions'),
          ...Object.entries(permissionsOf(job)).flatMap(([right, access]) =>
            violationIf(
              on.includes('pull_request') && access === 'write' && right !== 'security-events',
              `may write ${right} in a pull request`,
              workflow.lineOf(['jobs', id, 'permissions', right]),
            ),
          ),
        ].map((violation) => inJob(workflow, id, violation)),
      ),
    ];
  },
);

const signs = (step: Step) => actionOf(step).startsWith('actions/attest') || /\bcosign sign\b/.test(step.run);
/** Requests an OIDC token for the cluster; its subject contains the environment. */
const logsIn = ({ run }: Step) => /\boidc-kubeconfig\.ts write\b/.test(run);
/** Scorecard signs published results (keyless). Its API accepts jobs with these actions only, and without scripts. */
const publisherActions: readonly string[] = [
  'actions/checkout',
  'actions/upload-artifact',
  'github/codeql-action/upload-sarif',
  'ossf/scorecard-action',
  'step-security/harden-runner',
];
const publishesScore = ({ steps }: Job) =>
  steps.some((step) => actionOf(step) === 'ossf/scorecard-action' && step.with.publish_results === true) &&
  steps.every((step) => publisherActions.includes(actionOf(step)));

/** Whether a job signs, attests, or logs in to a cluster. */
const usesIdToken = (job: Job) => job.steps.some(signs) || (job.environment !== undefined && job.steps.some(logsIn)) || publishesScore(job);
const thirdPartyCode = /\b(npm (ci|i|install|test|t|run|exec)|npx|yarn|pnpm|pip3? install|apt(-get)? install|jest)\b/;

export const idTokensAreRestricted = forEachJob(
  'id-token only in jobs that sign, attest or deploy, and those run no third-party code',
  (job, workflow, id) => {
    if (permissionsOf(job)['id-token'] === undefined) return [];
    return [
      ...violationIf(!usesIdToken(job), 'has id-token without signing, attesting or deploying'),
      ...job.steps.flatMap(({ run }, index) =>
        violationIf(thirdPartyCode.test(run), `runs \`${thirdPartyCode.exec(run)?.[0]}\` with id-token`).map((violation) =>
          inStep(workflow, id, index, violation),
        ),
      ),
    ];
  },
);

export const runnersAreHardened = forEachJob('harden-runner is the first step of every job', (job) => {
  const isHardened = job.steps[0] !== undefined && actionOf(job.steps[0]) === 'step-security/harden-runner';
  return violationIf(!isHardened && !isCall(job), 'does not start with harden-runner');
});
