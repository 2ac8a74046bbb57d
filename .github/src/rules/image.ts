import { actionOf, isUnconditional, type Job, permissionsOf, type Step, type WorkflowFile } from './model.ts';
import { forEachJob, forEachStep, forEachWorkflow, inJob, inStep, violationIf } from './rule.ts';

const publishes = (job: Job) => permissionsOf(job).packages === 'write' || permissionsOf(job)['id-token'] === 'write';

/** Inputs that keep an action from restoring what an earlier run left. */
const cacheOff: Readonly<Record<string, string>> = {
  'actions/setup-node': 'package-manager-cache',
  'aquasecurity/setup-trivy': 'cache',
  'aquasecurity/trivy-action': 'cache',
  'docker/setup-buildx-action': 'cache-binary',
};
const cacheOn = ['cache-from', 'cache-to'];

/** Every job counts, since what one job leaves another publishes. */
export const publishersUseNoCache = forEachWorkflow('workflows that publish restore no cache', (workflow) => {
  const { jobs } = workflow;
  if (!Object.values(jobs).some(publishes)) return [];
  return Object.entries(jobs).flatMap(([id, { steps }]) =>
    steps.flatMap((step, index) => {
      const action = actionOf(step);
      const input = cacheOff[action];
      const isNodeCache = action === 'actions/setup-node' && 'cache' in step.with;
      return [
        ...violationIf(input !== undefined && step.with[input] !== false, `${action} does not say ${input}: false`),
        ...violationIf(action.startsWith('actions/cache') || isNodeCache, `${action} restores a cache`),
        ...cacheOn.flatMap((name) => violationIf(name in step.with, `${action} uses ${name}`)),
      ].map((complaint) => inJob(workflow, id, inStep(workflow, id, index, complaint)));
    }),
  );
});

const secretLike = /^[ \t]*\w*(token|secret|passw|credential|private|api_?key)\w*=/im;

export const buildsRecordProvenance = forEachStep(
  'an image build records provenance and SBOM, and takes no secret as build argument',
  (step) => {
    if (actionOf(step) !== 'docker/build-push-action') return [];
    const args = String(step.with['build-args'] ?? '');
    return [
      ...violationIf(step.with.provenance !== 'mode=max', 'provenance is not mode=max'),
      ...violationIf(String(step.with.sbom) !== 'true', 'sbom is not true'),
      ...violationIf(secretLike.test(args) || args.includes('secrets.'), 'a build argument looks like a secret; the image would keep it'),
    ];
  },
);

const isScan = (step: Step) => actionOf(step) === 'aquasecurity/trivy-action';
const stopsRelease = (step: Step) =>
  isScan(step) &&
  Number(step.with['exit-code']) > 0 &&
  step.with.severity === 'HIGH,CRITICAL' &&
  step.with['ignore-unfixed'] === true &&
  isUnconditional(step);
const reports = (step: Step) => isScan(step) && step.with.format === 'sarif' && Number(step.with['exit-code'] ?? 0) === 0;
const pushes = (step: Step) =>
  step.with.push === true ||
  /\b(skopeo copy|docker push|crane (push|copy)|oras (push|copy))\b/.test(step.run) ||
  /push=true|type=registry/.test(String(step.with.outputs));

/** When a report may be left out: the token of a fork's pull request cannot upload one. */
const uploadConditions = [undefined, 'always()', 'github.event.pull_request.head.repo.fork != true'];
const uploads = (step: Step) =>
  actionOf(step) === 'github/codeql-action/upload-sarif' &&
  isUnconditional({ ...step, if: undefined }) &&
  uploadConditions.includes(step.if);

/** Steps that have certainly passed before this job's own begin; a job with a condition may run whatever came before. */
function stepsBefore(jobs: WorkflowFile['jobs'], id: string, seen: ReadonlySet<string> = new Set()): readonly Step[] {
  const job = jobs[id];
  if (job === undefined || !isUnconditional(job)) return [];
  return job.needs
    .filter((need) => !seen.has(need))
    .flatMap((need) => [...stepsBefore(jobs, need, new Set([...seen, need])), ...stepsOf(jobs[need])]);
}
const stepsOf = (job: Job | undefined) => (job !== undefined && isUnconditional(job) ? job.steps : []);

export const scansPrecedePush = forEachJob(
  'an image is scanned before it is pushed, stopped by a fixable HIGH or CRITICAL, reported either way',
  (job, workflow, id) => {
    const { steps } = job;
    const stop = steps.findIndex(stopsRelease);
    const upload = steps.findIndex(uploads);
    const report = steps.findIndex(reports);
    const push = steps.findIndex(pushes);
    const before = [...stepsBefore(workflow.jobs, id), ...steps.slice(0, push)];
    return [
      ...violationIf(push >= 0 && !before.some(stopsRelease), 'pushes an image that no scan could stop'),
      ...violationIf(
        stop >= 0 && !(report >= 0 && report < upload && upload < stop),
        'a scan may stop the job before its SARIF report is uploaded',
      ),
    ];
  },
);
