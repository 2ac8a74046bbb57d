import { actionOf, isUnconditional, type Job, permissionsOf, type Step, type WorkflowFile } from './model.ts';
import { forEachJob, forEachStep, forEachWorkflow, inJob, inStep, violationIf } from './rule.ts';

const publishes = (job: Job) => permissionsOf(job).packages === 'write' || permissionsOf(job)['id-token'] === 'write';

/** Inputs that disable the cache of an action. */
const cacheOff: Readonly<Record<string, string>> = {
  'actions/setup-node': 'package-manager-cache',
  'aquasecurity/setup-trivy': 'cache',
  'aquasecurity/trivy-action': 'cache',
  'docker/setup-buildx-action': 'cache-binary',
};
const cacheOn = ['cache-from', 'cache-to'];

/** Applies to every job, because a later job publishes the results of an earlier one. */
export const publishersUseNoCache = forEachWorkflow('workflows that publish use no cache', (workflow) => {
  const { jobs } = workflow;
  if (!Object.values(jobs).some(publishes)) return [];
  return Object.entries(jobs).flatMap(([id, { steps }]) =>
    steps.flatMap((step, index) => {
      const action = actionOf(step);
      const input = cacheOff[action];
      const isNodeCache = action === 'actions/setup-node' && 'cache' in step.with;
      return [
        ...violationIf(input !== undefined && step.with[input] !== false, `${action} does not set ${input}: false`),
        ...violationIf(action.startsWith('actions/cache') || isNodeCache, `${action} restores a cache`),
        ...cacheOn.flatMap((name) => violationIf(name in step.with, `${action} uses ${name}`)),
      ].map((violation) => inJob(workflow, id, inStep(workflow, id, index, violation)));
    }),
  );
});

const secretLike = /^[ \t]*\w*(token|secret|passw|credential|private|api_?key)\w*=/im;

export const buildsRecordProvenance = forEachStep(
  'an image build records provenance and SBOM, and has no secret in its build arguments',
  (step) => {
    if (actionOf(step) !== 'docker/build-push-action') return [];
    const args = String(step.with['build-args'] ?? '');
    return [
      ...violationIf(step.with.provenance !== 'mode=max', 'provenance is not mode=max'),
      ...violationIf(String(step.with.sbom) !== 'true', 'sbom is not true'),
      ...violationIf(
        secretLike.test(args) || args.includes('secrets.'),
        'a build argument looks like a secret, which the image would contain',
      ),
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
/** A tag for an image that is in the registry already; rule 16 requires its signature. */
const withoutTags = (run: string) => run.replaceAll(/skopeo copy .*docker:\/\/\$NAME@\$DIGEST" "docker:.*/g, '');
const pushes = (step: Step) =>
  step.with.push === true ||
  /\b(skopeo copy|docker push|crane (push|copy)|oras (push|copy))\b/.test(withoutTags(step.run)) ||
  /push=true|type=registry/.test(String(step.with.outputs));

/** The token of a pull request from a fork cannot upload a report. */
const isOwn = 'github.event.pull_request.head.repo.fork != true';
/** A private repository may have no code scanning. */
const hasCodeSecurity = "vars.CODE_SECURITY == 'on' || vars.CODE_SECURITY != 'off' && github.event.repository.private != true";
const uploadConditions = [undefined, 'always()', isOwn, hasCodeSecurity, `${isOwn} && (${hasCodeSecurity})`];
const uploads = (step: Step) =>
  actionOf(step) === 'github/codeql-action/upload-sarif' &&
  isUnconditional({ ...step, if: undefined }) &&
  uploadConditions.includes(step.if);

/** Steps that must have passed before the job starts; a job with a condition may run without them. */
function stepsBefore(jobs: WorkflowFile['jobs'], id: string, seen: ReadonlySet<string> = new Set()): readonly Step[] {
  const job = jobs[id];
  if (job === undefined || !isUnconditional(job)) return [];
  return job.needs
    .filter((need) => !seen.has(need))
    .flatMap((need) => [...stepsBefore(jobs, need, new Set([...seen, need])), ...stepsOf(jobs[need])]);
}
const stepsOf = (job: Job | undefined) => (job !== undefined && isUnconditional(job) ? job.steps : []);

export const scansPrecedePush = forEachJob(
  'an image is scanned and reported before it is pushed, and a fixable HIGH or CRITICAL vulnerability stops the push',
  (job, workflow, id) => {
    const { steps } = job;
    const gate = steps.findIndex(stopsRelease);
    const upload = steps.findIndex(uploads);
    const report = steps.findIndex(reports);
    const push = steps.findIndex(pushes);
    const before = [...stepsBefore(workflow.jobs, id), ...steps.slice(0, push)];
    return [
      ...violationIf(push >= 0 && !before.some(stopsRelease), 'pushes an image before a scan that can stop it'),
      ...violationIf(
        gate >= 0 && !(report >= 0 && report < upload && upload < gate),
        'a scan may stop the job before its SARIF report is uploaded',
      ),
    ];
  },
);
