import { actionOf, type Job, permissionsOf, type WorkflowFile } from './model.ts';
import { forEachJob, forEachStep, forEachWorkflow, violationIf } from './rule.ts';

export const scriptsContainNoExpression = forEachStep('no expression in a script; no write to GITHUB_ENV or GITHUB_PATH', (step) => {
  const script = `${step.run}${actionOf(step) === 'actions/github-script' ? step.with.script : ''}`;
  return [
    ...violationIf(script.includes('${{'), `the script contains an expression: ${script}`),
    ...violationIf(/GITHUB_(ENV|PATH)\b/.test(script), `the script changes the environment of later steps: ${script}`),
  ];
});

/** Names of the secrets in a part of a workflow. */
const secretsIn = (part: unknown) => [...JSON.stringify(part).matchAll(/\bsecrets\.(\w+)/g)].flatMap(([, name]) => (name ? [name] : []));
const outsideJobs = ({ jobs: _, text: __, ...rest }: WorkflowFile) => rest;
const isAutomatic = (name: string) => name === 'GITHUB_TOKEN';

export const secretsNeedEnvironment = forEachWorkflow(
  'no secrets in bulk; configured secrets only in jobs with an environment',
  (workflow) => [
    ...violationIf(/secrets:\s*inherit/.test(workflow.text), 'passes all secrets on'),
    ...violationIf(/toJSON\(\s*secrets\s*\)|\bsecrets\[/i.test(workflow.text), 'reads secrets in bulk'),
    ...secretsIn(outsideJobs(workflow)).flatMap((name) => violationIf(!isAutomatic(name), `gives ${name} to every job`)),
    ...Object.entries(workflow.jobs)
      .filter(([, { environment }]) => environment === undefined)
      .flatMap(([id, job]) =>
        secretsIn(job).flatMap((name) => violationIf(!isAutomatic(name), `${id} reads ${name} without an environment`)),
      ),
  ],
);

const staticKey = /kube_?config|kube_?token|cluster_?token|aws_|access_?key|gcp|google|azure|credentials|service_?account/i;
const keyInputs = ['aws-access-key-id', 'aws-secret-access-key', 'credentials_json', 'creds', 'client-secret'];
const reachesCluster = ({ steps }: Job) =>
  steps.some(({ run }) => /leyenda(\.js| --) (diff|deploy|load|status|history|drift|gc|verify|rollback)(?![\w-])/.test(run));

export const loginsUseOidc = forEachJob(
  'no static cloud key and no kubeconfig secret; jobs with an environment log in to clusters by OIDC',
  (job) => [
    ...secretsIn(job).flatMap((name) => violationIf(staticKey.test(name), `${name} is a long-lived credential`)),
    ...job.steps.flatMap(({ with: inputs }) =>
      keyInputs.flatMap((input) => violationIf(input in inputs, `${input} is a long-lived credential`)),
    ),
    // The subject of the OIDC token contains the environment only for jobs that name one.
    ...violationIf(reachesCluster(job) && job.environment === undefined, 'connects to a cluster without an environment'),
    ...violationIf(reachesCluster(job) && permissionsOf(job)['id-token'] !== 'write', 'connects to a cluster without id-token'),
  ],
);
