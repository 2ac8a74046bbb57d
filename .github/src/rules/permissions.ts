import { actionOf, type Job, permissionsOf, type Step } from './model.ts';
import { forEachJob, forEachStep, forEachWorkflow, inJob, inStep, violationIf } from './rule.ts';

/** They run with the base repository's rights on what a stranger wrote. */
const forbiddenEvents = ['pull_request_target', 'workflow_run', 'issue_comment'];

export const eventsAreSafe = forEachWorkflow('no event that gives foreign code the rights of this repository', ({ on, lineOf }) =>
  forbiddenEvents.flatMap((event) => violationIf(on.includes(event), `is started by ${event}`, lineOf(['on', event]))),
);

export const checkoutKeepsNoCredentials = forEachStep('checkout is v7 or later and leaves no credential', (step, _, { pinned }) => {
  if (actionOf(step) !== 'actions/checkout') return [];
  const comment = pinned.find(({ uses }) => uses === step.uses)?.comment ?? '';
  const major = Number(/^v(\d+)\./.exec(comment)?.[1] ?? 0);
  return [
    ...violationIf(major < 7, `checkout ${comment} is older than v7`),
    ...violationIf(step.with['persist-credentials'] !== false, 'checkout leaves its credential in .git/config'),
  ];
});

export const permissionsAreExplicit = forEachWorkflow(
  'the workflow has no rights, each job names its own, and pull requests get next to none',
  (workflow) => {
    const { permissions, jobs, on } = workflow;
    const none = typeof permissions === 'object' && Object.keys(permissions).length === 0;
    return [
      ...violationIf(!none, 'the top level does not say `permissions: {}`', workflow.lineOf(['permissions'])),
      ...Object.entries(jobs).flatMap(([id, job]) =>
        [
          ...violationIf(typeof job.permissions !== 'object', 'does not name its rights one by one'),
          ...Object.entries(permissionsOf(job)).flatMap(([right, access]) =>
            violationIf(
              on.includes('pull_request') && access === 'write' && right !== 'security-events',
              `may write ${right} in a pull request`,
              workflow.lineOf(['jobs', id, 'permissions', right]),
            ),
          ),
        ].map((complaint) => inJob(workflow, id, complaint)),
      ),
    ];
  },
);

const signs = (step: Step) => actionOf(step).startsWith('actions/attest') || /\bcosign sign\b/.test(step.run);
/** Asks for a token for the cluster; its subject says for which environment. */
const logsIn = ({ run }: Step) => /\boidc-kubeconfig\.ts write\b/.test(run);
/** Scorecard signs the result that it publishes (keyless). Such a job runs actions that who receives it takes, and no script. */
const publisherTakes: readonly string[] = [
  'actions/checkout',
  'actions/upload-artifact',
  'github/codeql-action/upload-sarif',
  'ossf/scorecard-action',
  'step-security/harden-runner',
];
const publishesScore = ({ steps }: Job) =>
  steps.some((step) => actionOf(step) === 'ossf/scorecard-action' && step.with.publish_results === true) &&
  steps.every((step) => publisherTakes.includes(actionOf(step)));

/** Whether a job signs, attests or talks to a cluster. */
const provesItself = (job: Job) =>
  job.steps.some(signs) || (job.environment !== undefined && job.steps.some(logsIn)) || publishesScore(job);
const foreignCode = /\b(npm (ci|i|install|test|t|run|exec)|npx|yarn|pnpm|pip3? install|apt(-get)? install|jest)\b/;

export const idTokensAreRestricted = forEachJob(
  'id-token only in jobs that sign, attest or deploy, and those run no foreign code',
  (job, workflow, id) => {
    if (permissionsOf(job)['id-token'] === undefined) return [];
    return [
      ...violationIf(!provesItself(job), 'has id-token without signing, attesting or deploying'),
      ...job.steps.flatMap(({ run }, index) =>
        violationIf(foreignCode.test(run), `runs \`${foreignCode.exec(run)?.[0]}\` beside id-token`).map((complaint) =>
          inStep(workflow, id, index, complaint),
        ),
      ),
    ];
  },
);

export const runnersAreHardened = forEachJob('harden-runner is the first step of every job', ({ steps: [first] }) =>
  violationIf(first === undefined || actionOf(first) !== 'step-security/harden-runner', 'does not begin with harden-runner'),
);
